import { type SagaEvent, unknown } from "saga-core";
import { fold, readHistory, startOf } from "saga-core/engine";
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
  const { entries } = readHistory(controller, "saga", events);
  return entries.map(({ event, saga }) => local.apply({ saga, controller }, event, "inv"));
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

  it("remember a saga whose call fails again and again: one event stands for many, and its number is the last one", () => {
    const local = new LocalSagas(10);
    const failed = Array.from({ length: 10 * timings.localEventsMax }, (_, index): SagaEvent => {
      const attempt = { step: "order", action: "run", attempt: index + 1 } as const;
      return { type: "answered", at: 1, ...attempt, outcome: unknown("lost"), random: 0 };
    });
    const events = [startedOf("a"), ...failed];
    const isNew = run(local, events);
    expect(isNew).not.toContain(false);
    expect(local.get("a")?.events?.length).toBeLessThan(timings.localEventsMax);
    expect(local.get("a")?.found.saga.seq).toBe(events.length);
    expect(fold(controller, local.get("a")?.events ?? [])).toEqual(foundAfter(events).saga);
    const last = events.slice(-1);
    expect(last.map((event) => local.apply(foundAfter(events), event, "inv"))).toEqual([false]);
  });

  it("apply an event that stands for several, and none of which a part is known already", () => {
    const local = new LocalSagas(10);
    const events = historyOf("a", 2);
    run(local, events);
    const { saga } = foundAfter(events);
    const [progress] = saga.steps;
    if (!progress) throw new TypeError("A saga has steps.");
    const failure = { at: 5, attempt: 1, outcome: "unknown", reason: "lost" } as const;
    const event = { type: "compacted", at: 5, records: 4, step: "order", action: "run", progress, barrier: 1 } as const;
    const compacted = { ...event, first: failure, last: failure, count: 4 };
    const after = { controller, saga: { ...saga, seq: saga.seq + 3 } };
    local.apply(after, compacted, "inv");
    expect(local.get("a")?.found.saga.seq).toBe(saga.seq);
    local.apply({ controller, saga: { ...saga, seq: saga.seq + 4 } }, compacted, "inv");
    expect(local.get("a")?.found.saga.seq).toBe(saga.seq + 4);
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
