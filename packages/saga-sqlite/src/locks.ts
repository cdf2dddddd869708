import type { TryLockFile } from "./file-lock.ts";
import { type FoundMark, legible } from "./mark.ts";
import { nameOf, type OwnerName } from "./owner.ts";
import { OwnerLock, ownedBy } from "./owner-lock.ts";

/** Both locks of a journal: the one beside it names its owner, the one on the file itself holds whatever happens to the other. */
export class Locks {
  readonly #name: OwnerName;
  readonly #tryLock: TryLockFile;
  #held: readonly { readonly release: () => void }[] = [];

  constructor(name: OwnerName, tryLock: TryLockFile) {
    this.#name = name;
    this.#tryLock = tryLock;
  }

  /** Takes the lock beside the file: first, because trying the other one would release SQLite's locks of an owner in this process. */
  lockPlace(place: string): OwnerLock {
    const lock = new OwnerLock(place, this.#name);
    this.#held = [lock, ...this.#held];
    return lock;
  }

  /** Takes the lock on the file itself, if the file is there and the platform can. */
  lockFile(place: string, mark: FoundMark): void {
    const lock = this.#tryLock(place);
    const owner = legible(mark)?.name;
    if (lock === "taken") throw ownedBy(place, owner && nameOf(owner));
    if (lock) this.#held = [lock, ...this.#held];
  }

  release(): void {
    for (const { release } of this.#held) release();
    this.#held = [];
  }
}
