import { TEXT_MAX } from "../definition/cut-text.ts";
import { isJsonObject } from "../json.ts";
import type { KeptSaga } from "./shared-process.ts";

/** How many records of one call's failures a journal holds before they are compacted, in a simulation. */
export const FAILURE_RECORDS_MAX = 16;
/** A saga is parked and resumed, its call fails, and it waits: an attempt has no more records. */
const RECORDS_OF_ATTEMPT_MAX = 4;
/** A turn at the deadline, or by a record that is lost in a crash, divides one row into two. */
const REPETITION_MAX = 2 * (FAILURE_RECORDS_MAX + RECORDS_OF_ATTEMPT_MAX);
/** A compacted record has the text of the first failure, of the last one, and of its step; and some members of known length. */
const CHARACTERS_MAX = 3 * TEXT_MAX + 1_500;

/** What is wrong with what a journal holds of a saga, if something is: its history must have a bound that its attempts do not move. */
export function historyProblem({ records }: Pick<KeptSaga, "records">): string | undefined {
  const longest = longestRepetition(records.map(({ text }) => text));
  if (longest > REPETITION_MAX) return `its history has ${longest} records of one call that fails`;
  const characters = Math.max(...records.map(({ text }) => text.length));
  return characters > CHARACTERS_MAX ? `it has a record of ${characters} characters` : undefined;
}

/** The most records in a row that only repeat a call that fails. */
function longestRepetition(texts: readonly string[]): number {
  let [longest, length] = [0, 0];
  let isParked = false;
  for (const text of texts) {
    length = isRepetition(text, isParked) ? length + 1 : 0;
    longest = Math.max(longest, length);
    isParked = typeOf(text) === "parked";
  }
  return longest;
}

/** A start that finds a saga which was not parked is a crash: its doubt is new. */
function isRepetition(text: string, isParked: boolean): boolean {
  switch (typeOf(text)) {
    case "compacted":
    case "woken":
    case "parked":
      return true;
    case "resumed":
      return isParked;
    case "answered":
      return !/"outcome":"(done|rejected)"/.test(text);
    default:
      return false;
  }
}

function typeOf(text: string): unknown {
  const event: unknown = JSON.parse(text);
  return isJsonObject(event) ? event["type"] : undefined;
}
