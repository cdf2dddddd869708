import { timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Identity, NoIdentity } from "saga-http";
import { hashOfToken } from "./token.ts";
import { readTokenEntries, type TokenEntry, TokenFileError } from "./token-entries.ts";

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
  #entries: readonly TokenEntry[];
  #version: string;
  #lookedAt: number;

  /** @throws TokenFileError when the file is missing or cannot be read. */
  constructor(path: string, ports: TokenFilePorts) {
    this.#path = path;
    this.#ports = ports;
    this.#lookedAt = ports.now();
    try {
      this.#version = this.#currentVersion();
      this.#entries = readTokenEntries(readFileSync(path, "utf8"));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TokenFileError(`AUTH_TOKENS_FILE is ${path}, which cannot be read: ${reason}`, { cause });
    }
  }

  identityOf(token: string): Identity | NoIdentity {
    const now = this.#ports.now();
    this.#readAgain(now);
    const hash = hashOfToken(token);
    // Every entry is compared, each in constant time: how long it takes says nothing of a token.
    let found: TokenEntry | undefined;
    for (const entry of this.#entries) if (timingSafeEqual(entry.hash, hash)) found = entry;
    return found && now < found.expiresAt ? found.identity : invalid;
  }

  #readAgain(now: number): void {
    if (now >= this.#lookedAt && now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    try {
      const version = this.#currentVersion();
      if (version === this.#version) return;
      this.#version = version;
      this.#entries = readTokenEntries(readFileSync(this.#path, "utf8"));
    } catch (error) {
      this.#ports.onProblem(error);
    }
  }

  #currentVersion(): string {
    const { mtimeMs, size, ino } = statSync(this.#path);
    return [mtimeMs, size, ino].join();
  }
}
