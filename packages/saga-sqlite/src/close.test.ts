import { setImmediate } from "node:timers/promises";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogSync } from "./log-sync.ts";
import { JournalPlace } from "./testing/journal-place.ts";

let place: JournalPlace;
let told: string[];
/** Ends the sync that is under way in a thread; with an error, if one is given. */
let endSync: ((error?: Error) => void) | undefined;

beforeEach(() => {
  place = new JournalPlace();
  told = [];
  endSync = undefined;
  vi.spyOn(LogSync.prototype, "inThread").mockImplementation(() => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    endSync = (error) => (error ? reject(error) : resolve());
    return promise;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  place.clear();
});

/** Begins two sagas, and closes the journal while a thread makes them durable. */
async function closeDuringSync(): Promise<void> {
  const journal = place.open({
    onFailure: (failure) => told.push(`failure: ${failure?.message}`),
    onContradiction: ({ message }) => told.push(`contradiction: ${message}`),
  });
  for (const id of ["a", "b"]) void journal.begin(sampleRecord(id, 1)).then(() => told.push(id));
  await expect.poll(() => endSync).toBeDefined();
  place.close(journal);
}

describe("a journal that is closed while a thread waits for the disk", () => {
  it.for([undefined, new Error("the disk did not take it")])(
    "is durable when the call returns, and tells nothing more about it: %s",
    async (error) => {
      await closeDuringSync();
      await setImmediate();
      expect(told).toEqual(["a", "b"]);
      // The files have changed since the thread began: SQLite copied the log, and deleted it.
      vi.spyOn(performance, "now").mockReturnValue(performance.now() + 1_000);
      endSync?.(error);
      await setImmediate();
      expect(told).toEqual(["a", "b"]);
    },
  );
});
