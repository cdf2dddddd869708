import { closeSync, openSync, writeSync } from "node:fs";
import { formatSlot, markPathOf, SECTOR_BYTES } from "./mark.ts";
import type { OwnerId } from "./owner.ts";

/**
 * The part of the mark that is overwritten in place after each commit, and not synced: a power cut may leave any earlier one, or a torn one,
 * which does not count. What cannot be written only makes the next start find less.
 */
export class MarkSlot {
  readonly #owner: OwnerId;
  readonly #bytes = Buffer.alloc(SECTOR_BYTES);
  #descriptor: number | undefined;

  constructor(place: string, owner: OwnerId) {
    this.#owner = owner;
    this.#descriptor = openSync(markPathOf(place), "r+");
  }

  /** Notes a commit that is durable. */
  note(commit: number): void {
    if (this.#descriptor === undefined) return;
    try {
      // As bytes: Deno writes a text at the descriptor's own position.
      const length = this.#bytes.write(formatSlot(this.#owner, commit), "latin1");
      writeSync(this.#descriptor, this.#bytes, 0, length, SECTOR_BYTES);
    } catch {
      // Then it stays behind, which is right too.
    }
  }

  /** Nothing is noted any more: after a failed fsync a later commit that returns may not be durable either. */
  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    try {
      if (descriptor !== undefined) closeSync(descriptor);
    } catch {
      // It is noted nowhere, and why the fsync failed is what counts.
    }
  }
}
