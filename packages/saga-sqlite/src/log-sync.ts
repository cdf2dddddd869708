import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";

/** Makes durable what SQLite has committed to the log: its own commits do not wait for the disk. */
export class LogSync {
  // Two, because the system tells a descriptor once that a write failed: one sync must not take the answer that another one waits for.
  readonly #here: number;
  readonly #inThread: number;
  #isUnderWay = false;
  #isClosed = false;

  /** @param place the path of the journal, whose log is there. */
  constructor(place: string) {
    this.#here = openSync(`${place}-wal`, "r+");
    try {
      this.#inThread = openSync(`${place}-wal`, "r+");
    } catch (error) {
      closeSync(this.#here);
      throw error;
    }
  }

  /**
   * Waits for the disk on the event loop, which is the fastest for the one who waits.
   *
   * @throws the error of the system. Then no later sync proves anything about what was in the log.
   */
  now(): void {
    fdatasyncSync(this.#here);
  }

  /**
   * Waits for the disk in a thread, while the event loop goes on. One at a time.
   *
   * @throws as `now` does.
   */
  inThread(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#isUnderWay = true;
    fdatasync(this.#inThread, (error) => {
      this.#isUnderWay = false;
      if (this.#isClosed) closeSync(this.#inThread);
      if (error) reject(error);
      else resolve();
    });
    return promise;
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#here);
    // A thread that uses it would then use another file.
    if (!this.#isUnderWay) closeSync(this.#inThread);
  }
}
