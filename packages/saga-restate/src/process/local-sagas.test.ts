import type { SagaEvent } from "saga-core";
import { fold, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { timings } from "../timings.ts";
import { LocalSagas } from "./local-sagas.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());

function startedOf(id: string): SagaEvent {
  return startOf(controller, { id, at: 1, input: {}, idempotencyKey: undefined, trace: undefined });
}

function foundAfter(events: readonly SagaEvent[]) {
  const saga = fold(controller, events);
  if (!saga) throw new TypeError("These are no events.");
  return { saga, controller };
}

/** The start of a saga, and as many calls that had no effect. */
function historyOf(id: string, attempts: number): readonly SagaEvent[] {
  const events: SagaEvent[] = [startedOf(id)];
  for (let at = 2; events.length <= attempts; at += 1) events.push({ type: events.length % 2 === 1 ? "parked" : "resumed", at });
  return events;
}

/** Returns for each event whether it was new. */
function run(local: LocalSagas, events: readonly SagaEvent[]): readonly boolean[] {
  return events.map((event, index) => local.apply(foundAfter(events.slice(0, index + 1)), event, "inv"));
}

describe("the local sagas", () => {
  it("have a started saga before it runs, but list it only when it runs here", () => {
    const local = new LocalSagas(10);
    const [started] = historyOf("a", 0);
    if (!started) throw new TypeError("A history has a start.");
    local.add(foundAfter([started]), started);
    expect(local.get("a")?.invocation).toBeUndefined();
    expect(local.list({ limit: 5 })).toEqual([]);
    local.apply(foundAfter([started]), started, "inv");
    expect(local.get("a")?.invocation).toBe("inv");
    expect(local.list({ limit: 5 })).toEqual(["a"]);
    expect(local.list({ limit: 5, before: "a" })).toEqual([]);
    expect(local.list({ limit: 5, status: "completed" })).toEqual([]);
  });

  it("apply each event once, however often it is replayed", () => {
    const local = new LocalSagas(10);
    const events = historyOf("a", 4);
    expect(run(local, events)).toEqual([true, true, true, true, true]);
    expect(run(local, events)).toEqual([false, false, false, false, false]);
    expect(local.get("a")?.events).toEqual(events);
    expect(local.get("a")?.found.saga.seq).toBe(events.length);
  });

  it("do not apply an event after a gap", () => {
    const local = new LocalSagas(10);
    const events = historyOf("a", 3);
    run(local, events.slice(0, 2));
    const [last] = events.slice(-1);
    if (last) local.apply(foundAfter(events), last, "inv");
    expect(local.get("a")?.events).toEqual(events.slice(0, 2));
  });

  it("forget a saga whose history is too long to remember", () => {
    const local = new LocalSagas(10);
    const events = historyOf("a", timings.localEventsMax);
    run(local, events.slice(0, timings.localEventsMax));
    expect(local.get("a")).toBeDefined();
    run(local, events);
    expect(local.get("a")).toBeUndefined();
  });

  it("forget the oldest saga when there are too many", () => {
    const local = new LocalSagas(0);
    for (let saga = 0; saga <= timings.localSagasSpare; saga += 1) {
      const started = startedOf(String(saga));
      local.add(foundAfter([started]), started);
    }
    expect(local.get("0")).toBeUndefined();
    expect(local.get("1")).toBeDefined();
  });
});
