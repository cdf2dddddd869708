import type { SagaEvent } from "saga-core";
import { readHistory, startOf } from "saga-core/engine";
import { ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import type { Append } from "../objects/messages.ts";
import { partKey, RECORD_KEY, recordOf } from "../objects/saga-record.ts";
import { LaterStore } from "../simulation/later-store.ts";
import { decideAfterEnd } from "./ended-saga.ts";
import type { FromOutside } from "./judge.ts";

const steps = [{ step: "paid", kind: "lasting", wait: { waitMs: 1_000, onTimeout: "turn-back" } }] as const;
const controller = new ScriptedController(steps, new ScriptedWorld());
const start = startOf(controller, { id: "saga", at: 1, input: {}, idempotencyKey: undefined, trace: undefined });
const events: readonly SagaEvent[] = [
  start,
  { type: "cancel-requested", at: 2 },
  { type: "closing-recorded", at: 2, turn: { cause: "cancelled", step: "paid", reason: "it was cancelled" } },
];

/** A cancelled saga as it is written: the start in a part of its own. */
function endedSaga(later: LaterStore = new LaterStore()) {
  const { saga } = readHistory(controller, "saga", events);
  const written = new Map<string, unknown>([
    [partKey(0), [start]],
    [RECORD_KEY, recordOf({ saga, controller }, "invocation", { parts: 1, events: events.slice(1) })],
  ]);
  return { ended: { id: "saga", get: async (key: string) => written.get(key) ?? null, later }, later };
}

function signal(paid: number): FromOutside {
  return { type: "signalled", at: 1, step: "paid", outcome: { outcome: "done", result: { paid } } };
}

const late = { allowed: false, reason: "it is too late", late: "ended" };

describe("what comes for a saga after its end", () => {
  it("is kept once, in its order, until a person has dealt with it", async () => {
    const { ended, later } = endedSaga();
    expect(await decideAfterEnd(ended, controller, signal(1))).toEqual(late);
    expect(await decideAfterEnd(ended, controller, signal(1))).toEqual(late);
    expect(await decideAfterEnd(ended, controller, signal(2))).toEqual(late);
    expect(await decideAfterEnd(ended, controller, { type: "acknowledged", at: 3, by: "ada" })).toEqual({ allowed: true });
    expect(await decideAfterEnd(ended, controller, { type: "acknowledged", at: 4 })).toMatchObject({ allowed: false });
    const { saga } = readHistory(controller, "saga", [...events, ...later.events]);
    expect(saga.lateSignals).toMatchObject([{ isAcknowledged: true }, { isAcknowledged: true }]);
    expect(later.events).toHaveLength(3);
  });

  it("is never before what the saga did", async () => {
    const { ended, later } = endedSaga();
    await decideAfterEnd(ended, controller, signal(1));
    expect(later.events).toMatchObject([{ at: 2 }]);
  });

  it("is decided again where something else came meanwhile", async () => {
    class Overtaken extends LaterStore {
      override readonly append = async (appended: Append): Promise<boolean> => {
        if (this.events.length === 0) await other.append({ ...appended, event: { ...signal(1) } });
        return await other.append(appended);
      };
      override readonly read = async () => await other.read();
    }
    const other = new LaterStore();
    const { ended } = endedSaga(new Overtaken());
    expect(await decideAfterEnd(ended, controller, signal(1))).toEqual(late);
    expect(other.events).toHaveLength(1);
  });

  it("is refused where it is an operation that the end rules out", async () => {
    const { ended, later } = endedSaga();
    const refused = await decideAfterEnd(ended, controller, { type: "cancel-requested", at: 5 });
    expect(refused).toMatchObject({ allowed: false, reason: expect.stringContaining("has ended") });
    expect(later.events).toEqual([]);
  });
});
