import { describe, expect, it } from "vitest";
import { keepOnMs } from "./keep-on.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const startedAt = 1_767_225_600_000;
const age = { startedAt, keptMs: DAY_MS, now: startedAt, times: 0 };

describe("what is kept of a saga, when its time is over by Restate's clock", () => {
  it("is deleted when it is over by the clock of this process too", () => {
    expect(keepOnMs({ ...age, now: startedAt + DAY_MS })).toBe(0);
    expect(keepOnMs({ ...age, now: startedAt + 40 * DAY_MS, times: 3 })).toBe(0);
  });

  it("is kept on for what is missing, and twice as long each time that Restate calls too early again", () => {
    const waits = [0, 1, 2, 3].map((times) => keepOnMs({ ...age, now: startedAt + 23 * HOUR_MS, times }));
    expect(waits).toEqual([HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS]);
  });

  it("outwaits a clock that is 40 days wrong within a few calls, and always ends", () => {
    const waits = Array.from({ length: 100 }, (_, times) => keepOnMs({ ...age, times }));
    expect(waits.findIndex((ms) => ms > 40 * DAY_MS)).toBe(6);
    expect(Number.isSafeInteger(waits.at(-1))).toBe(true);
  });

  it("is kept on for an hour, then for two, while the clock of this process may be wrong", () => {
    expect([0, 1].map((times) => keepOnMs({ ...age, now: undefined, times }))).toEqual([HOUR_MS, 2 * HOUR_MS]);
  });

  it("is deleted as Restate says where an earlier release did not record when its saga started", () => {
    expect(keepOnMs({ ...age, startedAt: undefined })).toBe(0);
    expect(keepOnMs({ ...age, startedAt: undefined, now: undefined })).toBe(HOUR_MS);
  });
});
