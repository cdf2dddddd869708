import { readFileSync, statSync } from "node:fs";

/** How often the file is looked at, at most, in milliseconds. */
const LOOK_MS = 1_000;

export interface WatchedFilePorts {
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when the file has changed and cannot be read: what it had before goes on to count. */
  readonly onProblem: (error: unknown) => void;
}

/** What a file says, which is read again when the file has changed: so a secret is rotated without a restart. */
export class WatchedFile<Content> {
  readonly #path: string;
  readonly #parse: (text: string) => Content;
  readonly #ports: WatchedFilePorts;
  #content: Content;
  #version: string;
  #lookedAt: number;

  /** @throws when the file is missing, or what `parse` throws. */
  constructor(path: string, parse: (text: string) => Content, ports: WatchedFilePorts) {
    this.#path = path;
    this.#parse = parse;
    this.#ports = ports;
    this.#lookedAt = ports.now();
    this.#version = this.#currentVersion();
    this.#content = this.#read();
  }

  /** It is at most a second old. */
  get content(): Content {
    const now = this.#ports.now();
    if (now < this.#lookedAt || now - this.#lookedAt >= LOOK_MS) this.#readAgain(now);
    return this.#content;
  }

  #readAgain(now: number): void {
    this.#lookedAt = now;
    try {
      const version = this.#currentVersion();
      if (version === this.#version) return;
      this.#version = version;
      this.#content = this.#read();
    } catch (error) {
      this.#ports.onProblem(error);
    }
  }

  #read(): Content {
    return this.#parse(readFileSync(this.#path, "utf8"));
  }

  #currentVersion(): string {
    const { mtimeMs, size, ino } = statSync(this.#path);
    return [mtimeMs, size, ino].join();
  }
}
