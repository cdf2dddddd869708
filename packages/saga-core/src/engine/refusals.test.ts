import { describe, expect, it } from "vitest";
import { JournalError } from "../ports/journal.ts";
import type { PauseVerdict } from "./automatic-pauses.ts";
import { type StartState, startRefusal } from "./refusals.ts";

const paused: PauseVerdict = { name: "paused", pause: { definition: "order", at: 1 }, retryAfterMs: 5 };
const idle: StartState = { isDraining: false, pause: { name: "open" }, counted: "sagas are in flight", count: 1, countMax: 2 };

describe("startRefusal", () => {
  it("lets a saga start below the limit", () => {
    expect(startRefusal("order", idle)).toBeUndefined();
  });

  it.for<[string, Partial<StartState>, string]>([
    ["an engine drains", { isDraining: true, pause: paused }, "draining"],
    ["its definition is paused", { pause: paused, count: 2 }, "paused"],
    ["the limit is reached", { count: 2 }, "overloaded"],
  ])("refuses a start while %s", ([, state, refusal]) => {
    expect(startRefusal("order", { ...idle, ...state })).toMatchObject({ refusal });
  });

  it("gives the journal's failure while nothing can be written", () => {
    const failure = new JournalError("disk full");
    expect(startRefusal("order", { ...idle, failure, count: 2 })).toBe(failure);
  });
});
