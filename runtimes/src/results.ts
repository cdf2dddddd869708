import { deepStrictEqual } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const file = join(import.meta.dirname, "../results.json");

const columnSchema = z.strictObject({
  /** `given` tests, and an exploration with one fault. */
  tests: z.string(),
  /** A saga that is started over REST, and brought to its end. */
  rest: z.string(),
  /** Its process is killed in the middle, and the next one resumes it from the SQLite journal. */
  resumed: z.string(),
  /** The console, from its tarball: the page, its files, its policy and a session. */
  console: z.string(),
  /** A saga on Restate. */
  restate: z.string(),
  /** The calls of participants arrive at most once, whenever a connection is cut. */
  sentOnce: z.string(),
  /** The connections of a keyed participant. */
  connections: z.string(),
  /** The methods that the runtime's own `fetch` sends again by itself. */
  repeatedByFetch: z.string(),
});

const resultsSchema = z.record(z.string(), columnSchema);

/** What was tried on one runtime, and what came of it: ✓, ✗, or a word. */
export type Tried = z.output<typeof columnSchema>;

/** What came of it on each runtime, by its name and version. */
export type Results = Readonly<Record<string, Tried>>;

/** What each runtime was seen to do when the results were last renewed. The docs show it. */
export function readResults(): Results {
  return resultsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** @throws AssertionError that shows what differs from the committed results. */
export function compareWithCommitted(measured: Results): void {
  deepStrictEqual(measured, readResults());
}

export function renewResults(measured: Results): void {
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
}
