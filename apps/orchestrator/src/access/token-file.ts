import { timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Identity, NoIdentity } from "saga-http";
import { hashOfToken } from "./token.ts";
import { readTokenEntries, type TokenEntry, TokenFileError } from "./token-entries.ts";

/** The entries by their hashes. */
type Entries = ReadonlyMap<string, TokenEntry>;

/** How often the file is looked at, at most, in milliseconds. */
const LOOK_MS = 1_000;

export interface TokenFilePorts {
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when the file has changed and cannot be read: what it had before goes on to count. */
  readonly onProblem: (error: unknown) => void;
}

const invalid: NoIdentity = { problem: "invalid", detail: "The token is not known here, or has expired." };

/** The tokens that a file has. */
export class TokenFile {
  readonly #path: string;
  readonly #ports: TokenFilePorts;
  #entries: Entries;
  #version: string;
  #lookedAt: number;

  /** @throws TokenFileError when the file is missing or cannot be read. */
  constructor(path: string, ports: TokenFilePorts) {
    this.#path = path;
    this.#ports = ports;
    this.#lookedAt = ports.now();
    try {
      this.#version = this.#currentVersion();
      this.#entries = readEntries(path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TokenFileError(`AUTH_TOKENS_FILE is ${path}, which cannot be read: ${reason}`, { cause });
    }
  }

  identityOf(token: string): Identity | NoIdentity {
    const now = this.#ports.now();
    this.#readAgain(now);
    const hash = hashOfToken(token);
    // How long the look-up takes depends on the hash of what was sent, which nobody can bring nearer to one that counts step by step. Comparing
    // each of fifty entries costs as much as a twentieth of a saga.
    const found = this.#entries.get(keyOf(hash));
    return found && timingSafeEqual(found.hash, hash) && now < found.expiresAt ? found.identity : invalid;
  }

  #readAgain(now: number): void {
    if (now >= this.#lookedAt && now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    try {
      const version = this.#currentVersion();
      if (version === this.#version) return;
      this.#version = version;
      this.#entries = readEntries(this.#path);
    } catch (error) {
      this.#ports.onProblem(error);
    }
  }

  #currentVersion(): string {
    const { mtimeMs, size, ino } = statSync(this.#path);
    return [mtimeMs, size, ino].join();
  }
}

function readEntries(path: string): Entries {
  return new Map(readTokenEntries(readFileSync(path, "utf8")).map((entry) => [keyOf(entry.hash), entry]));
}

function keyOf(hash: Buffer): string {
  return hash.toString("base64");
}
