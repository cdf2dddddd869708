import { timingSafeEqual } from "node:crypto";
import type { Identity, NoIdentity } from "saga-http";
import { hashOfToken } from "./token.ts";
import { readTokenEntries, type TokenEntry, TokenFileError } from "./token-entries.ts";
import { WatchedFile, type WatchedFilePorts } from "./watched-file.ts";

const invalid: NoIdentity = { problem: "invalid", detail: "The token is not known here, or has expired." };

/** The tokens that a file has. */
export class TokenFile {
  readonly #entries: WatchedFile<readonly TokenEntry[]>;
  readonly #now: () => number;

  /** @throws TokenFileError when the file is missing or cannot be read. */
  constructor(path: string, ports: WatchedFilePorts) {
    this.#now = ports.now;
    try {
      this.#entries = new WatchedFile(path, readTokenEntries, ports);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TokenFileError(`AUTH_TOKENS_FILE is ${path}, which cannot be read: ${reason}`, { cause });
    }
  }

  identityOf(token: string): Identity | NoIdentity {
    const hash = hashOfToken(token);
    // Every entry is compared, each in constant time: how long it takes says nothing of a token.
    let found: TokenEntry | undefined;
    for (const entry of this.#entries.content) if (timingSafeEqual(entry.hash, hash)) found = entry;
    return found && this.#now() < found.expiresAt ? found.identity : invalid;
  }
}
