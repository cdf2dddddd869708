import { describe, expect, it } from "vitest";
import { timings } from "./timings.ts";

/** Each pair must stay in this order: the smaller one first. */
const ordered: readonly (readonly [string, number, number])[] = [
  [
    "an execution that may have been replaced has a checkpoint before Restate suspends it",
    2 * timings.lateMsMin,
    timings.inactivityMsMax,
  ],
  ["Restate suspends an idle workflow before it aborts it", timings.inactivityMsMax, timings.abortMs],
  ["a batch of quick calls ends before it counts as late", timings.batchMsMax, timings.lateMsMin],
  ["a batch that repeats a call ends before it counts as late", timings.repeatBatchMsMax, timings.lateMsMin],
  ["a batch that repeats a call is longer than another", timings.batchMsMax, timings.repeatBatchMsMax],
  [
    "while a call is repeated, its record is written less often than each batch",
    timings.repeatBatchMsMax,
    timings.repeatUnwrittenMsMax,
  ],
  [
    "a process remembers more events than a record holds",
    timings.eventsPerPart + timings.failureRecordsMax,
    timings.localEventsMax,
  ],
  ["a batch may be recorded before its record is stale", timings.unwrittenMsMax, timings.batchMsMax],
  [
    "a caller hears that a saga does not answer before the request times out",
    timings.operationResendMs * timings.operationSendsMax,
    timings.ingressRequestMsMax,
  ],
  ["the retries of a request end before it times out", timings.ingressRetry.maxDuration, timings.ingressRequestMsMax],
  [
    "the retries of an admin request end before it times out",
    timings.adminRetryMsBase * 2 ** (timings.adminRetriesMax + 1),
    timings.adminRequestMsMax,
  ],
  ["a call that has not returned is looked for less often with time", timings.unreturnedMsMin, timings.unreturnedMsMax],
  ["cached pauses are refreshed before they expire", timings.pauseRefreshMs, timings.pauseCacheMs],
  ["pauses stay fresh for longer than one expiry", timings.pauseCacheMs, timings.pauseWantedMs],
  ["waiters look less often with time", timings.completionLookMsMin, timings.completionLookMsMax],
  ["a waiter looks at least once within one request", timings.completionLookMsMax, timings.completionRequestMsMax],
  [
    "the looks for an imminent record end before the next ordinary look",
    timings.recordedLookMs * timings.recordedLooksMax,
    timings.completionLookMsMin,
  ],
  [
    "a look at changes goes back further than a record is late",
    timings.batchMsMax + timings.unwrittenMsMax + timings.changeLookMs,
    timings.changeMarginMs,
  ],
];

describe("the timings", () => {
  it.each(ordered)("agree: %s", (_reason, smaller, larger) => {
    expect(smaller).toBeLessThanOrEqual(larger);
  });
});
