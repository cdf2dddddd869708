import { describe, expect, it } from "vitest";
import { unkeyedSteps } from "../testing/engine-scene.ts";
import { runToRest, type Setup, steps } from "../testing/engine-set-up.ts";
import type { SagaEvent } from "./event.ts";
import type { Saga } from "./saga.ts";
import { fold } from "./transition.ts";

const scenes: readonly (readonly [string, Setup])[] = [
  ["completes", {}],
  ["is undone", { faults: { "pay/run": ["rejected"] } }],
  [
    "is repeated",
    { faults: { "stock/run": ["busy", "reply-lost", "busy"] }, policy: { deadlineMs: 3_000_000, giveUpMs: 3_000_000 } },
  ],
  ["cannot be undone", { faults: { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } }],
  ["is in doubt", { steps: unkeyedSteps, faults: { "stock/run": ["reply-lost"] } }],
  ["waits", { steps: [...steps.slice(0, 1), { step: "paid", kind: "pivot", wait: { waitMs: 9, onTimeout: "turn-back" } }] }],
];

/** What decides about a saga. Its records are counted otherwise, and what was refused is on record. */
function decisive(saga: Saga | undefined): object {
  if (!saga) throw new Error("there is no saga");
  const { seq: _seq, barrier: _barrier, pivotRecord, refusals: _refusals, phaseSeq: _change, ...rest } = saga;
  return { ...rest, isPivotRecorded: pivotRecord !== undefined };
}

describe("a refusal, at any point of the history of a saga that", () => {
  it.for(scenes)("%s, leaves the saga as it is, and what follows too", async ([, scene]) => {
    const { controller, engine, saga } = await runToRest(scene);
    const events = ((await engine.history(saga.id)) ?? []).map(({ event }) => event);
    const whole = fold(controller, events);
    expect(events.length).toBeGreaterThan(3);
    // One that has ended takes none.
    for (let place = 1; place < events.length; place += 1) {
      const past = events.slice(0, place);
      const { at = 0 } = past.at(-1) ?? {};
      const refused: SagaEvent = { type: "refused", at, operation: "cancel", because: "not-permitted", by: "eve" };
      const where = `after event ${place}`;
      expect(decisive(fold(controller, [...past, refused])), where).toEqual(decisive(fold(controller, past)));
      expect(decisive(fold(controller, [...past, refused, ...events.slice(place)])), where).toEqual(decisive(whole));
    }
  });
});
