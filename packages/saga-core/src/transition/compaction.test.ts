import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Controller } from "../definition/controller.ts";
import { done, type Outcome, rejected, unavailable, unknown } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import { controllerOf, started } from "../testing/sample-events.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import { type AppliedEvent, advance } from "./advance.ts";
import { choiceOf } from "./choices.ts";
import { type Command, isCall } from "./command.ts";
import { Compactor, compactedRecord, type FailureRange, rangeAfter } from "./compaction.ts";
import type { Decision } from "./decide.ts";
import type { Operation, SagaEvent } from "./event.ts";
import type { Saga } from "./saga.ts";
import { isAtRest, transition } from "./transition.ts";

const MINUTE_MS = 60_000;

/** What happens next, as far as it can; otherwise something else does. */
interface Happening {
  readonly what: "answer" | "wake" | "crash" | "park" | "cancel" | "retry" | "not-applied" | "applied";
  readonly outcome: Outcome<JsonObject>;
  readonly afterMs: number;
}

const outcomes = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(unavailable("busy"), unavailable("limited", { retryAfterMs: 70_000 }), unknown("lost")),
  },
  { weight: 2, arbitrary: fc.constant<Outcome<JsonObject>>(done({})) },
  { weight: 1, arbitrary: fc.constantFrom<Outcome<JsonObject>>(rejected("no"), unknown("key", { defect: true })) },
);

const happenings: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constant("answer" as const) },
    { weight: 3, arbitrary: fc.constant("wake" as const) },
    { weight: 2, arbitrary: fc.constant("crash" as const) },
    { weight: 1, arbitrary: fc.constantFrom("park", "cancel", "retry", "not-applied", "applied") },
  ),
  outcome: outcomes,
  afterMs: fc.constantFrom(0, 1, 500, MINUTE_MS),
});

const chains: fc.Arbitrary<readonly StepScript[]> = fc
  .record({ order: fc.boolean(), stock: fc.boolean(), pay: fc.boolean(), repeatable: fc.boolean(), reads: fc.boolean() })
  .map(({ order, stock, pay, repeatable, reads }) => [
    { step: "order", kind: "compensatable", keyed: order, rollbackIsRepeatable: repeatable },
    ...(reads ? [{ step: "look", kind: "read" } as const] : []),
    { step: "stock", kind: "compensatable", keyed: stock },
    { step: "pay", kind: "pivot", keyed: pay },
    { step: "mail", kind: "retriable" },
  ]);

/** A saga's records, from its start on. */
function recordsOf(chain: readonly StepScript[], happened: readonly Happening[]) {
  const controller = controllerOf(chain);
  const start = advance(controller, undefined, started(controller));
  const records: AppliedEvent[] = [...start.records];
  let { saga, commands } = start;
  for (const happening of happened) {
    const event = eventOf(saga, commands, happening);
    if (!event || (isAtRest(saga) && saga.phase.name !== "needs-intervention")) continue;
    if (isOperationOf(event) && !choiceOf(controller, saga, event).allowed) continue;
    const next = advance(controller, saga, event);
    records.push(...next.records);
    // A call that is under way stays it, whatever is decided meanwhile.
    const stillCalls =
      event.type === "answered" || event.type === "parked" || event.type === "resumed" ? [] : commands.filter(isCall);
    ({ saga, commands } = { saga: next.saga, commands: [...stillCalls, ...next.commands] });
  }
  return { controller, records };
}

function isOperationOf(event: SagaEvent): event is Operation {
  return event.type === "cancel-requested" || event.type === "retry-requested" || event.type === "resolved";
}

function eventOf(saga: Saga, commands: readonly Command[], { what, outcome, afterMs }: Happening): SagaEvent | undefined {
  const call = commands.find(isCall);
  const wait = commands.findLast((command) => command.type === "wait");
  const at = saga.updatedAt + afterMs;
  const { phase } = saga;
  if (phase.name === "needs-intervention") {
    const { step, action } = phase;
    if (what === "applied" || what === "not-applied")
      return { type: "resolved", at, step, action, applied: what === "applied", result: {} };
    return what === "cancel" ? { type: "cancel-requested", at } : { type: "retry-requested", at };
  }
  if (saga.isParked || what === "crash") return { type: "resumed", at };
  if (what === "cancel") return { type: "cancel-requested", at };
  if (what === "retry") return { type: "retry-requested", at };
  if (what === "park" && call) return { type: "parked", at };
  if (call && what !== "wake") {
    const { step, type: action, attempt } = call;
    return { type: "answered", at, step, action, attempt, outcome, random: 0.5 };
  }
  return wait && { type: "woken", at: Math.max(at, wait.until) };
}

/** A range of the records, by its first and its last one, and what stands for it. */
interface Compacted {
  readonly from: number;
  readonly last: number;
  readonly event: SagaEvent;
}

/** Every range that may be compacted, wherever it begins. */
function rangesOf(records: readonly AppliedEvent[]): readonly Compacted[] {
  return [...records.keys()].flatMap((from) => rangesFrom(records, from));
}

function rangesFrom(records: readonly AppliedEvent[], from: number): readonly Compacted[] {
  const ranges: Compacted[] = [];
  let range: FailureRange | undefined;
  for (const [index, applied] of records.slice(from).entries()) {
    const last = from + index;
    range = rangeAfter(range, records[last - 1]?.saga, applied);
    // The range of this start only.
    if (range?.records !== index + 1) break;
    // No range ends while its saga is parked.
    if (!applied.saga.isParked)
      ranges.push({ from, last, event: JSON.parse(JSON.stringify(compactedRecord(range, applied.saga))) });
  }
  return ranges;
}

/** The decisions about a saga to which these events happen. */
function decisions(controller: Controller, before: Saga | undefined, events: readonly SagaEvent[]): readonly Decision[] {
  let saga = before;
  return events.map((event) => {
    const decision = transition(controller, saga, event);
    ({ saga } = decision);
    return decision;
  });
}

describe("a compacted record", () => {
  it("makes the saga that the records make for which it stands, and every later event leads to the same decision", () => {
    let ranges = 0;
    const run = fc.property(chains, fc.array(happenings, { minLength: 30, maxLength: 60 }), (chain, happened) => {
      const { controller, records } = recordsOf(chain, happened);
      for (const { from, last, event } of rangesOf(records)) {
        ranges += 1;
        const further = records.slice(last + 1).map((applied) => applied.event);
        const [compacted, ...next] = decisions(controller, records[from - 1]?.saga, [event, ...further]);
        expect(compacted?.saga).toEqual(records[last]?.saga);
        expect(next).toEqual(decisions(controller, records[last]?.saga, further));
      }
    });
    fc.assert(run, { numRuns: 200 });
    expect(ranges).toBeGreaterThan(300);
  });
});

describe("a range of failures", () => {
  it("ends with a restart that puts another step in doubt too", () => {
    const happening = (what: Happening["what"]): Happening => ({ what, outcome: unknown("lost"), afterMs: 0 });
    const chain = ["order", "stock"].map((step): StepScript => ({ step, kind: "compensatable" }));
    const { records } = recordsOf(chain, [happening("answer"), happening("crash")]);
    expect(records.map(({ event }) => event.type)).toEqual(["started", "answered", "resumed"]);
    expect(records.at(-1)?.saga.steps.map(({ status }) => status)).toEqual(["unknown", "unknown"]);
    expect(rangesOf(records)).toEqual([expect.objectContaining({ from: 1, last: 1 })]);
  });
});

describe("Compactor", () => {
  const controller = controllerOf([{ step: "pay", kind: "pivot", keyed: true }]);

  /** The pivot fails again and again. */
  function failures(count: number): readonly AppliedEvent[] {
    const happened = Array.from(
      { length: 2 * count },
      (): Happening => ({ what: "answer", outcome: unknown("lost"), afterMs: 0 }),
    );
    return recordsOf([{ step: "pay", kind: "pivot", keyed: true }], happened).records;
  }

  function failuresIn(events: readonly SagaEvent[]): number {
    return events.reduce((sum, event) => {
      if (event.type === "compacted") return sum + event.count;
      return sum + (event.type === "answered" ? 1 : 0);
    }, 0);
  }

  /** What a journal holds of the records. */
  function hold(records: readonly AppliedEvent[], compactor: Compactor): readonly SagaEvent[] {
    const held: { readonly seq: number; readonly event: SagaEvent }[] = [];
    for (const applied of records) {
      const event = compactor.record(applied);
      const { seq } = applied.saga;
      const first = event.type === "compacted" ? seq - event.records + 1 : seq;
      while ((held.at(-1)?.seq ?? 0) >= first) held.pop();
      held.push({ seq, event });
    }
    return held.map(({ event }) => event);
  }

  it("lets one record stand for the failures of a call and the waits between them, so that a journal holds few of them", () => {
    const records = failures(500);
    for (let count = 7; count <= records.length; count += 7) {
      const held = hold(records.slice(0, count), new Compactor({ saga: undefined }, 10));
      // The start, the pivot's record, and two ranges: the turn at the deadline begins another one.
      expect(held.length).toBeLessThan(2 + 2 * 14);
      expect(decisions(controller, undefined, held).at(-1)?.saga).toEqual(records[count - 1]?.saga);
    }
    const [start, pivot, compacted] = hold(records, new Compactor({ saga: undefined }, 10));
    expect([start?.type, pivot?.type]).toEqual(["started", "pivot-recorded"]);
    expect(compacted).toMatchObject({ step: "pay", action: "run", first: { attempt: 1, outcome: "unknown", reason: "lost" } });
  });

  it("lets one record stand for failures between which the saga was parked at its participant, and resumed", () => {
    const cycle = ["answer", "wake", "park", "resume"] as const;
    const happened = Array.from({ length: 400 }, (_, index): Happening => {
      const what = cycle[index % cycle.length];
      return { what: what === "park" || what === "wake" ? what : "answer", outcome: unknown("lost"), afterMs: 0 };
    });
    const { records } = recordsOf([{ step: "pay", kind: "compensatable" }], happened);
    expect(records.filter(({ event }) => event.type === "parked").length).toBeGreaterThan(50);
    const compactor = new Compactor({ saga: undefined }, 10);
    const events = records.map((applied) => compactor.record(applied));
    const since = events.findLastIndex(({ type }) => type === "compacted");
    expect(events.length - since).toBeLessThanOrEqual(10 + cycle.length);
  });

  it("lets one record stand for records that stand for failures themselves, and for the waits between them", () => {
    const [start, pivot, ...failed] = failures(200);
    if (!start || !pivot) throw new Error("There is no start.");
    const batches: AppliedEvent[] = [start, pivot];
    let range: FailureRange | undefined;
    let before = pivot.saga;
    for (const applied of failed) {
      range = rangeAfter(range, before, applied);
      before = applied.saga;
      batches.push(applied);
      if (!range || range.records < 5 || applied.event.type !== "answered") continue;
      batches.splice(-range.held, range.held, { event: compactedRecord(range, applied.saga), saga: applied.saga });
      range = undefined;
    }
    expect(batches.filter(({ event }) => event.type === "compacted").length).toBeGreaterThan(40);
    const held = hold(batches, new Compactor({ saga: undefined }, 4));
    // The saga turned once: then a range ended.
    expect(held.length).toBeLessThanOrEqual(2 + 2 * (4 + 2));
    expect(decisions(controller, undefined, held).at(-1)?.saga).toEqual(batches.at(-1)?.saga);
    expect(failuresIn(held)).toBe(failuresIn(batches.map(({ event }) => event)));
    expect(held[2]).toMatchObject({ type: "compacted", first: { attempt: 1 } });
  });

  it("goes on with the range that a saga's records end with", () => {
    const records = failures(20);
    const whole = new Compactor({ saga: undefined }, 10);
    const cut = 15;
    const first = records.slice(0, cut).map((applied) => ({ event: whole.record(applied), saga: applied.saga }));
    const saga = first.at(-1)?.saga;
    const failuresSoFar = first.reduce<FailureRange | undefined>(
      (range, applied, index) => rangeAfter(range, first[index - 1]?.saga, applied),
      undefined,
    );
    expect(first.some(({ event }) => event.type === "compacted")).toBe(true);
    const resumed = new Compactor({ saga, failures: failuresSoFar }, 10);
    expect(records.slice(cut).map((applied) => resumed.record(applied))).toEqual(
      records.slice(cut).map((applied) => whole.record(applied)),
    );
  });
});
