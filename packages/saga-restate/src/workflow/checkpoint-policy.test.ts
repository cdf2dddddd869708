import { describe, expect, it } from "vitest";
import { timings } from "../timings.ts";
import { batchAfter, firstBatch } from "./checkpoint-policy.ts";

const quick = { before: 0, after: timings.lateMsMin - 1 };
const late = { before: 0, after: timings.lateMsMin };
const calls = { isCheckpoint: false, isNextUnderWay: false };

describe("the first batch of an execution", () => {
  it("is a checkpoint: another execution may have been there before", () => {
    expect(firstBatch).toBe("checkpoint");
  });
});

describe("the batch after a recorded one", () => {
  it.each([
    ["makes its calls after a batch of this execution", { isOwn: true, ...calls, ...quick }, "calls"],
    ["resumes after a batch of an earlier execution", { isOwn: false, ...calls, ...quick }, "resume"],
    ["makes its calls after a checkpoint of this execution", { isOwn: true, ...calls, isCheckpoint: true, ...quick }, "calls"],
    ["resumes after a checkpoint of an earlier execution", { isOwn: false, ...calls, isCheckpoint: true, ...quick }, "resume"],
    ["is a checkpoint after a late batch", { isOwn: true, ...calls, ...late }, "checkpoint"],
    ["is a checkpoint after a late batch of an earlier execution", { isOwn: false, ...calls, ...late }, "checkpoint"],
    ["makes its calls after a late checkpoint", { isOwn: true, ...calls, isCheckpoint: true, ...late }, "calls"],
    ["is no checkpoint while its first call may be under way", { isOwn: true, ...calls, isNextUnderWay: true, ...late }, "calls"],
    [
      "resumes while its first call may be under way elsewhere",
      { isOwn: false, ...calls, isNextUnderWay: true, ...late },
      "resume",
    ],
  ] as const)("%s", (_title, recorded, expected) => {
    expect(batchAfter(recorded)).toBe(expected);
  });
});
