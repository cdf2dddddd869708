import { describe, expect, it } from "vitest";
import { done, rejected, unavailable } from "../definition/outcome.ts";
import { defaultPolicy } from "../definition/policy.ts";
import { answered, controllerOf, decide } from "../testing/sample-events.ts";
import type { StepScript, WaitScript } from "../testing/scripted-saga.ts";
import { choicesOf } from "./choices.ts";
import type { SagaEvent } from "./event.ts";
import { readEvent } from "./read-event.ts";
import type { Saga, SignalOutcome } from "./saga.ts";
import { fold, transition } from "./transition.ts";
import { verdictOf } from "./verdict.ts";

const DAY_MS = 86_400_000;
const yes = done({ paid: 1 });
const otherYes = done({ paid: 2 });
const no = rejected("no money");

type Kind = "lasting" | "compensatable" | "pivot" | "retriable";

/** A chain with a wait of each kind in its place. */
function chainOf(kind: Kind, wait: WaitScript = {}) {
  const waits = {
    step: "wait",
    kind,
    wait: { waitMs: DAY_MS, onTimeout: kind === "retriable" ? "ask" : "turn-back", ...wait },
  } as const;
  const before: StepScript = { step: "order", kind: "compensatable" };
  const after: Readonly<Record<Kind, readonly StepScript[]>> = {
    lasting: [before, waits, { step: "pay", kind: "pivot" }],
    compensatable: [before, waits, { step: "pay", kind: "pivot" }],
    pivot: [before, waits, { step: "mail", kind: "retriable" }],
    retriable: [before, { step: "pay", kind: "pivot" }, waits],
  };
  return controllerOf(after[kind]);
}

const kinds: readonly Kind[] = ["lasting", "compensatable", "pivot", "retriable"];
const upToPivot: readonly Kind[] = ["lasting", "compensatable", "pivot"];

const signal = (outcome: SignalOutcome, at = 2): SagaEvent => ({ type: "signalled", at, step: "wait", outcome });
const woken: SagaEvent = { type: "woken", at: DAY_MS + 1 };
const cancel: SagaEvent = { type: "cancel-requested", at: 3 };
const late: SagaEvent = { type: "woken", at: defaultPolicy.deadlineMs };

/** The events by which the saga comes to its wait. */
function toWait(kind: Kind): readonly SagaEvent[] {
  const ordered = answered("order", done({}));
  if (kind !== "retriable") return [ordered];
  return [{ type: "pivot-recorded", at: 1 }, ordered, answered("pay", done({}))];
}

const verdict = (kind: Kind, outcome: SignalOutcome, ...events: readonly SagaEvent[]) => {
  const controller = chainOf(kind);
  return verdictOf(controller, decide(controller, ...events).saga, { step: "wait", outcome });
};
const statusOf = ({ steps }: Saga) => steps.find(({ step }) => step === "wait")?.status;
const commandsOf = ({ commands }: ReturnType<typeof decide>) => commands.map(({ type }) => type);

describe("a wait", () => {
  it.for(kinds)("as a %s step takes no call: its saga may leave memory until its time is over", (kind) => {
    const decision = decide(chainOf(kind), ...toWait(kind));
    expect(decision.commands).toEqual([
      { type: "listen", step: "wait" },
      { type: "wait", until: DAY_MS + 1 },
    ]);
    expect(statusOf(decision.saga)).toBe("waiting");
  });

  it("without a time ends by no alarm", () => {
    const controller = controllerOf([{ step: "wait", kind: "pivot", wait: {} }]);
    expect(decide(controller).commands).toEqual([{ type: "listen", step: "wait" }]);
  });

  it("until an instant in the data ends then, and at once where there is none", () => {
    const until = (data: Record<string, string | number>) =>
      decide(
        controllerOf([
          { step: "order", kind: "compensatable", rollbackId: "id" },
          { step: "wait", kind: "pivot", wait: { waitUntil: "until" } },
        ]),
        answered("order", done(data)),
      ).commands.at(-1);
    expect(until({ until: 77 })).toEqual({ type: "wait", until: 77 });
    expect(until({ until: "tomorrow" })).toEqual({ type: "wait", until: 1 });
  });

  it("is not ended by the saga's deadline, which counts anew from its end, as giving up does", () => {
    const controller = chainOf("compensatable");
    expect(decide(controller, ...toWait("compensatable"), late).saga.phase.name).toBe("forward");
    const paid = decide(controller, ...toWait("compensatable"), signal(yes, DAY_MS / 2));
    expect(paid.saga.clockFrom).toBe(DAY_MS / 2);
    expect(paid.commands).toContainEqual({ type: "record", event: "pivot-recorded" });
    const away: SagaEvent = { ...answered("pay", unavailable("away")), at: DAY_MS / 2 + 1 };
    const recorded: SagaEvent = { type: "pivot-recorded", at: DAY_MS / 2 };
    expect(decide(controller, ...toWait("compensatable"), signal(yes, DAY_MS / 2), recorded, away).saga.phase.name).toBe(
      "forward",
    );
  });

  it("that was not reached before the deadline is not begun", () => {
    const answer: SagaEvent = { ...answered("order", done({})), at: defaultPolicy.deadlineMs };
    expect(decide(chainOf("pivot"), answer).saga.phase.name).toBe("settling");
  });

  it.for(kinds)("as a %s step is ended by a record that is durable before the next call", (kind) => {
    const { saga } = decide(chainOf(kind), ...toWait(kind), signal(yes));
    expect(saga.barrier).toBe(saga.seq);
    const kept = decide(chainOf(kind), signal(yes), ...toWait(kind));
    expect(kept.saga.barrier).toBe(kept.saga.seq);
    expect([statusOf(kept.saga), kept.saga.data["paid"]]).toEqual(["done", 1]);
  });

  it("puts nothing in doubt at a restart, nor does anything after it", () => {
    const { saga } = decide(chainOf("retriable"), ...toWait("retriable"), { type: "resumed", at: 5 });
    expect(saga.steps.some(({ status }) => status === "unknown")).toBe(false);
    const early = decide(chainOf("compensatable"), { type: "resumed", at: 5 }).saga.steps;
    expect(early.map(({ status }) => status)).toEqual(["unknown", "pending", "pending"]);
  });

  it("as the pivot is its own record, and rules out a cancel only once it is ended", () => {
    const controller = chainOf("pivot");
    const open = decide(controller, ...toWait("pivot")).saga;
    expect(open.pivotRecord).toBeUndefined();
    expect(choicesOf(controller, open, 2).cancel.allowed).toBe(true);
    expect(choicesOf(controller, decide(controller, signal(yes)).saga, 2).cancel.allowed).toBe(true);
    const paid = decide(controller, ...toWait("pivot"), signal(yes)).saga;
    expect([paid.pivotRecord, choicesOf(controller, paid, 2).cancel.allowed]).toEqual([paid.seq, false]);
  });

  it("is undone only where it is compensatable, and its taken signal stays known", () => {
    const undone = (kind: "lasting" | "compensatable") =>
      decide(chainOf(kind), ...toWait(kind), signal(yes), cancel, { type: "closing-recorded", at: 3 });
    expect(commandsOf(undone("compensatable"))).toContain("rollback");
    expect(undone("compensatable").commands[0]).toMatchObject({ step: "wait" });
    expect(undone("lasting").commands[0]).toMatchObject({ step: "order", type: "rollback" });
  });

  it("leaves a parked saga parked when a signal is kept, and unparks it when one is taken", () => {
    const controller = chainOf("compensatable");
    const kept = decide(controller, { type: "parked", at: 1 }, signal(yes));
    expect([kept.saga.isParked, commandsOf(kept)]).toEqual([true, ["wait"]]);
    const taken = decide(controller, ...toWait("compensatable"), { type: "parked", at: 1 }, signal(yes));
    expect(taken.saga.isParked).toBeUndefined();
  });
});

describe("of two records", () => {
  it.for(kinds)("a signal, then the arrival at a %s wait: taken", (kind) => {
    expect(verdict(kind, yes).name).toBe("kept");
    expect(verdict(kind, yes, ...toWait(kind)).name).toBe("taken");
  });

  it.for([cancel, late])("a kept signal, then a turn: late, and listed until a person has acknowledged it", (turn) => {
    const controller = chainOf("compensatable");
    const closed = [signal(yes), turn, { type: "closing-recorded", at: 3 } as const];
    const settled: readonly SagaEvent[] = [
      signal(yes),
      turn,
      answered("order", rejected("no stock")),
      { type: "closing-recorded", at: 3 },
    ];
    const { saga } = decide(controller, ...settled);
    expect(saga.lateSignals).toEqual([{ at: 2, step: "wait", outcome: yes, because: "turned", wasKept: true }]);
    expect(saga.phase.name).toBe("cancelled");
    const { lateSignals } = decide(controller, ...settled, { type: "acknowledged", at: 9 }).saga;
    expect(lateSignals).toEqual([{ at: 2, step: "wait", outcome: yes, because: "turned", wasKept: true, isAcknowledged: true }]);
    expect(closed).toHaveLength(3);
  });

  it.for(kinds)("a yes, then another at a %s wait: late; the same again: repeated", (kind) => {
    for (const events of [[signal(yes)], [...toWait(kind), signal(yes)], [signal(yes), ...toWait(kind)]]) {
      expect(verdict(kind, otherYes, ...events)).toEqual({ name: "late", because: "another-signal", isNew: true });
      expect(verdict(kind, no, ...events)).toEqual({ name: "late", because: "another-signal", isNew: true });
      expect(verdict(kind, yes, ...events)).toEqual({ name: "repeated" });
    }
  });

  it("a yes, then the same with its members in another order: repeated, be it taken or late", () => {
    const one = done({ paid: 1, by: { card: 1, name: "ada" } });
    const other = done({ by: { name: "ada", card: 1 }, paid: 1 });
    expect(verdict("pivot", other, signal(one))).toEqual({ name: "repeated" });
    expect(verdict("pivot", other, signal(yes), signal(one))).toMatchObject({ name: "late", isNew: false });
  });

  it.for(upToPivot)("a no up to the pivot at a %s wait, then a yes: late; and the no turns the saga when it is there", (kind) => {
    expect(verdict(kind, yes, signal(no))).toMatchObject({ name: "late", because: "another-signal" });
    const { phase } = decide(chainOf(kind), signal(no), ...toWait(kind)).saga;
    expect(phase).toEqual({ name: "settling", turn: { cause: "rejected", step: "wait", reason: "no money" } });
  });

  it("a no after the pivot, then a yes: taken, and the question is ended", () => {
    for (const events of [
      [signal(no), ...toWait("retriable")],
      [...toWait("retriable"), signal(no)],
    ]) {
      const asked = decide(chainOf("retriable"), ...events).saga;
      expect(asked.phase).toMatchObject({ name: "needs-intervention", step: "wait", reason: "refused" });
      expect(verdict("retriable", no, ...events).name).toBe("repeated");
      expect(verdict("retriable", yes, ...events).name).toBe("taken");
      expect(decide(chainOf("retriable"), ...events, signal(yes)).saga.phase.name).toBe("completed");
    }
    expect(verdict("retriable", no).name).toBe("asks");
  });

  it("a no after the pivot, then an answer, then the no again: repeated, as its sender was told that it counts", () => {
    const asked = [...toWait("retriable"), signal(no)];
    const retry: SagaEvent = { type: "retry-requested", at: 3 };
    const told: SagaEvent = { type: "resolved", at: 3, step: "wait", action: "run", applied: true, result: { paid: 1 } };
    const otherNo = rejected("no money either");
    const histories = [
      [...asked, signal(yes)],
      [signal(no), signal(yes)],
      [signal(no), signal(yes), ...toWait("retriable")],
      [...asked, told],
      [...asked, retry, signal(yes)],
      [...asked, retry, signal(no), retry, signal(yes)],
      [...asked, retry, signal(otherNo)],
    ];
    for (const events of histories) expect(verdict("retriable", no, ...events)).toEqual({ name: "repeated" });
    // A person let it wait once more: the same refusal is asked about again.
    expect(verdict("retriable", no, ...asked, retry)).toEqual({ name: "asks" });
    expect(verdict("retriable", otherNo, ...asked, signal(otherNo), signal(yes))).toMatchObject({ name: "late", isNew: false });
  });

  it.for([cancel, late])(
    "a kept signal, then a turn, then the signal again: repeated, as its sender was told that it is kept",
    (turn) => {
      const settled = [turn, answered("order", rejected("no stock")), { type: "closing-recorded", at: 3 } as const];
      for (const events of [[turn], settled, [...settled, { type: "acknowledged", at: 9 } as const]])
        expect(verdict("compensatable", yes, signal(yes), ...events)).toEqual({ name: "repeated" });
      expect(verdict("compensatable", yes, ...settled, signal(yes))).toMatchObject({ name: "late", isNew: false });
    },
  );

  it("nothing, though the time is over, then a signal: taken", () => {
    const { saga } = decide(chainOf("pivot"), ...toWait("pivot"), signal(yes, 2 * DAY_MS));
    expect(statusOf(saga)).toBe("done");
  });

  it("the end of the time, which turned the saga back, then a signal: late", () => {
    const events = [...toWait("pivot"), woken];
    expect(decide(chainOf("pivot"), ...events).saga.phase).toMatchObject({ turn: { cause: "timeout", step: "wait" } });
    expect(verdict("pivot", yes, ...events)).toEqual({ name: "late", because: "timeout", isNew: true });
  });

  it("the end of the time, by default, then a signal: late, also where it says the same", () => {
    const controller = chainOf("pivot", { onTimeout: "go-on", byDefault: { paid: 1 } });
    const { saga } = decide(controller, ...toWait("pivot"), woken);
    expect([saga.data, saga.barrier === saga.seq, saga.pivotRecord]).toEqual([{ paid: 1 }, true, saga.seq]);
    expect(verdictOf(controller, saga, { step: "wait", outcome: yes })).toMatchObject({ name: "late", because: "timeout" });
  });

  it("the end of the time, when a person was asked, then a signal: taken", () => {
    const controller = chainOf("pivot", { onTimeout: "ask" });
    const asked = decide(controller, ...toWait("pivot"), woken).saga;
    expect(asked.phase).toMatchObject({ name: "needs-intervention", reason: "no-signal" });
    expect(verdictOf(controller, asked, { step: "wait", outcome: yes }).name).toBe("taken");
    expect(decide(controller, ...toWait("pivot"), woken, signal(yes)).saga.phase.name).toBe("forward");
  });

  it("a cancel or a turn that is not closed yet, then a signal: late", () => {
    expect(verdict("compensatable", yes, cancel)).toMatchObject({ name: "late", because: "turned" });
  });

  it("a settling that may prove the pivot done, then a signal after the pivot: kept", () => {
    const sent: readonly SagaEvent[] = [
      answered("order", done({})),
      { type: "pivot-recorded", at: 1 },
      { type: "resumed", at: 2 },
      late,
    ];
    expect(verdict("retriable", yes, ...sent).name).toBe("kept");
    const settled = decide(chainOf("retriable"), ...sent, signal(yes), {
      ...answered("pay", done({}), { attempt: 2 }),
      at: late.at,
    });
    expect(statusOf(settled.saga)).toBe("done");
  });

  it("the end, then a signal: late, and the end stands", () => {
    const ended = [
      ...toWait("pivot"),
      woken,
      { type: "closing-recorded", at: woken.at } as const,
      answered("order", done({}), { action: "rollback" }),
    ];
    const { phase } = decide(chainOf("pivot"), ...ended).saga;
    expect(phase.name).toBe("cancelled");
    const told = decide(chainOf("pivot"), ...ended, signal(yes));
    expect([told.saga.phase, told.saga.lateSignals?.length]).toEqual([phase, 1]);
    expect(verdict("pivot", yes, ...ended, signal(yes))).toEqual({ name: "late", because: "ended", isNew: false });
  });

  it("eight late outcomes, then another: late, and not recorded any more", () => {
    const many = Array.from({ length: 8 }, (_, index) => signal(done({ paid: index + 2 })));
    expect(verdict("pivot", done({ paid: 99 }), signal(yes), ...many)).toMatchObject({ name: "late", isNew: false });
    expect(verdict("pivot", done({ paid: 99 }), signal(yes), ...many.slice(1))).toMatchObject({ isNew: true });
  });
});

describe("a person", () => {
  it("ends a wait as if its time were over", () => {
    const { saga } = decide(chainOf("lasting"), ...toWait("lasting"), { type: "wait-ended", at: 4, step: "wait", by: "ada" });
    expect(saga.phase).toMatchObject({ turn: { cause: "timeout" } });
  });

  it("who is asked may cancel, wait once more, or say what the signal would have", () => {
    const controller = chainOf("lasting", { onTimeout: "ask" });
    const asked = [...toWait("lasting"), woken];
    const { saga } = decide(controller, ...asked);
    const { cancel: cancels, retry, applied, notApplied, endWait } = choicesOf(controller, saga, woken.at);
    const allowed = [cancels, retry, applied, notApplied, endWait].map((choice) => choice?.allowed);
    expect(allowed).toEqual([true, true, true, false, false]);
    expect(decide(controller, ...asked, { ...cancel, at: woken.at }).saga.phase.name).toBe("settling");
    const again = decide(controller, ...asked, { type: "retry-requested", at: woken.at });
    expect(again.commands).toContainEqual({ type: "wait", until: woken.at + DAY_MS });
    const told: SagaEvent = { type: "resolved", at: woken.at, step: "wait", action: "run", applied: true, result: { paid: 1 } };
    const resolved = decide(controller, ...asked, told).saga;
    expect(statusOf(resolved)).toBe("done");
    expect(verdictOf(controller, resolved, { step: "wait", outcome: yes }).name).toBe("repeated");
  });

  it("who cancels at a wait begins a new patience", () => {
    expect(decide(chainOf("lasting"), ...toWait("lasting"), { ...cancel, at: 9 }).saga.clockFrom).toBe(9);
  });

  it("cannot retry or end what does not wait", () => {
    const controller = chainOf("pivot");
    expect(choicesOf(controller, decide(controller).saga, 1).endWait?.allowed).toBe(false);
    expect(choicesOf(controller, decide(controller, ...toWait("pivot")).saga, 1).retry.allowed).toBe(false);
  });
});

describe("a correlation", () => {
  const wait = { correlation: "ref" };
  const claimed = { type: "claim", step: "wait", correlation: "A1" };
  const refused: SagaEvent = { type: "correlation-refused", at: 2, step: "wait", holder: "other" };

  it("is claimed with the record that brings its value, and only then", () => {
    const controller = controllerOf([
      { step: "order", kind: "compensatable", rollbackId: "id" },
      { step: "wait", kind: "pivot", wait },
    ]);
    expect(decide(controller).commands).not.toContainEqual(claimed);
    expect(decide(controller, answered("order", done({ ref: "A1" }))).commands).toContainEqual(claimed);
    const later = decide(controller, answered("order", done({ ref: "A1" })), signal(no));
    expect(later.commands).not.toContainEqual(claimed);
  });

  it("is claimed again where a later step gives another value, by which the saga listens then", () => {
    const controller = controllerOf([
      { step: "order", kind: "compensatable", rollbackId: "id" },
      { step: "wait", kind: "pivot", wait },
    ]);
    const started = { ...decide(controller).saga, input: { ref: "A0" } };
    const { commands } = transition(controller, started, answered("order", done({ ref: "A1" })));
    expect(commands).toContainEqual({ type: "listen", step: "wait", correlation: "A1" });
    expect(commands).toContainEqual(claimed);
  });

  it("is not claimed where no sender could name it", () => {
    const controller = controllerOf([
      { step: "order", kind: "compensatable", rollbackId: "id" },
      { step: "wait", kind: "pivot", wait },
    ]);
    for (const ref of ["", "x".repeat(256), "a\0b", 2 ** 53, 1.5, null, true])
      expect(commandsOf(decide(controller, answered("order", done({ ref }))))).not.toContain("claim");
  });

  it("that no sender could name needs a human at that wait, which a signal by the saga's id ends", () => {
    const controller = controllerOf([
      { step: "order", kind: "compensatable", rollbackId: "id" },
      { step: "wait", kind: "pivot", wait: { ...wait, waitMs: DAY_MS } },
    ]);
    for (const ref of ["", "x".repeat(256), "a\0b", 2 ** 53, 1.5, true, ["A1"]]) {
      const came = [answered("order", done({ ref }))];
      const { saga } = decide(controller, ...came);
      expect(saga.phase).toMatchObject({ name: "needs-intervention", step: "wait", reason: "correlation-unusable" });
      expect(verdictOf(controller, saga, { step: "wait", outcome: yes }).name).toBe("taken");
      expect(decide(controller, ...came, signal(yes)).saga.phase.name).toBe("completed");
      // A person who knows it lets it wait, for a signal by its id.
      const again = decide(controller, ...came, { type: "retry-requested", at: 3 });
      expect(again.commands).toContainEqual({ type: "listen", step: "wait" });
    }
    for (const data of [{ ref: "A1" }, {}])
      expect(decide(controller, answered("order", done(data))).saga.phase.name).toBe("forward");
    expect(decide(controller, signal(yes), answered("order", done({ ref: "" }))).saga.phase.name).toBe("completed");
  });

  it("that another saga has needs a human at that wait, which a signal by the saga's id ends", () => {
    const controller = chainOf("pivot", wait);
    for (const events of [
      [refused, ...toWait("pivot")],
      [...toWait("pivot"), refused],
    ]) {
      const { saga } = decide(controller, ...events);
      expect(saga.phase).toMatchObject({ name: "needs-intervention", reason: "correlation-taken", holder: "other" });
      expect(verdictOf(controller, saga, { step: "wait", outcome: yes }).name).toBe("taken");
    }
    expect(decide(controller, refused, signal(yes), ...toWait("pivot")).saga.phase.name).toBe("forward");
  });
});

describe("the records of a saga that waits", () => {
  it("are read back as they were written", () => {
    const controller = chainOf("retriable", { correlation: "ref", byDefault: { a: 1 }, onTimeout: "go-on" });
    const events: readonly SagaEvent[] = [
      { type: "signalled", at: 1, step: "wait", outcome: no, key: "k", by: "bank" },
      { type: "wait-ended", at: 2, step: "wait", by: "ada", note: "enough" },
      { type: "acknowledged", at: 3, note: "paid back" },
      { type: "correlation-refused", at: 4, step: "wait", holder: "s2" },
    ];
    for (const event of events) expect(readEvent(controller, JSON.parse(JSON.stringify(event)))).toEqual(event);
    const { saga } = decide(controller);
    const { policy, terms, fingerprint } = saga;
    const started = {
      type: "started",
      at: 0,
      id: "s",
      definition: "scripted",
      version: 1,
      fingerprint,
      input: {},
      policy,
      terms,
    };
    expect(fold(controller, [readEvent(controller, JSON.parse(JSON.stringify(started)))])?.terms).toEqual(terms);
  });

  it.for([
    { type: "signalled", at: 1, step: "order", outcome: yes },
    { type: "signalled", at: 1, step: "wait", outcome: { outcome: "unknown", reason: "?" } },
    { type: "correlation-refused", at: 1, step: "wait" },
  ])("are refused where they do not fit: %o", (event) => {
    expect(() => readEvent(chainOf("pivot"), event)).toThrow();
  });
});
