import { describe, expect, it } from "vitest";
import { timings } from "../timings.ts";
import { isWorthWriting } from "./write-policy.ts";

const running = { isCalling: true, isBatchCut: false, isRepetition: false, updatedAt: 1_000, writtenAt: 1_000 };
/** Between two attempts at a call that has failed often. */
const repeating = { ...running, isCalling: false, isRepetition: true };

describe("the record of a saga", () => {
  it.each([
    ["is written at its start", { ...running, writtenAt: undefined }, true],
    ["is not written again at once while its calls are quick", running, false],
    ["is not written again shortly before the limit", { ...running, updatedAt: 1_000 + timings.unwrittenMsMax - 1 }, false],
    ["is written when it lags behind by the limit", { ...running, updatedAt: 1_000 + timings.unwrittenMsMax }, true],
    ["is written when a batch left a call under way", { ...running, isBatchCut: true }, true],
    ["is written when the saga waits, needs a human or has ended", { ...running, isCalling: false }, true],
    [
      "is not written at each further attempt of a call that has failed often",
      { ...repeating, updatedAt: 1_000 + timings.repeatUnwrittenMsMax - 1 },
      false,
    ],
    ["is written from time to time meanwhile", { ...repeating, updatedAt: 1_000 + timings.repeatUnwrittenMsMax }, true],
  ] as const)("%s", (_title, unwritten, expected) => {
    expect(isWorthWriting(unwritten)).toBe(expected);
  });
});
