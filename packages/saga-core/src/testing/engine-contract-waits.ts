import { type HistoryEntry, StartRefused } from "../ports/engine.ts";
import { SignalRefused } from "../ports/signals.ts";
import { stateOf, statusOf } from "../transition/view.ts";
import { type ContractCase, expectContains, expectSame } from "./contract.ts";
import { DEFINITION, type EngineSubject, type MakeEngine, NOBODY, refusalOf, runOne, untilFound } from "./engine-scene.ts";
import type { StepScript, WaitScript } from "./scripted-saga.ts";

const HOUR_MS = 3_600_000;
const yes = { paid: 1 };
const no = { no: "no money" };

function waiting(wait: WaitScript = {}): readonly StepScript[] {
  return [
    { step: "order", kind: "compensatable" },
    { step: "paid", kind: "lasting", wait: { waitMs: 100 * HOUR_MS, onTimeout: "turn-back", ...wait } },
    { step: "ship", kind: "pivot" },
  ];
}

const soonOver: WaitScript = { waitMs: 20 };

/** Its pivot waits, or a step after its pivot. */
const waitingPivot: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "paid", kind: "pivot", wait: {} },
  { step: "ship", kind: "retriable" },
];
const waitingAfterPivot: readonly StepScript[] = [
  { step: "ship", kind: "pivot" },
  { step: "paid", kind: "retriable", wait: { onTimeout: "ask", waitMs: 100 * HOUR_MS } },
  { step: "mail", kind: "retriable" },
];

async function untilAtWait(subject: Pick<EngineSubject, "engine" | "until">, id: string): Promise<void> {
  await untilFound(subject, id, ({ saga }) => saga.steps.some(({ status }) => status === "waiting"));
}

/** A saga that stands at its wait. */
async function atWait(make: MakeEngine, steps: readonly StepScript[] = waiting()) {
  const subject = await make({ steps });
  const id = await subject.start();
  await untilAtWait(subject, id);
  return { ...subject, id };
}

/** Why a signal was refused, and for a late one its reason. */
async function whyRefused(signal: Promise<unknown>): Promise<string> {
  try {
    await signal;
    return "accepted";
  } catch (error) {
    if (!(error instanceof SignalRefused)) throw error;
    return error.late ? `late: ${error.late.because}` : error.refusal;
  }
}

async function eventsOf({ engine }: Pick<EngineSubject, "engine">, id: string): Promise<readonly HistoryEntry["event"][]> {
  return ((await engine.history(id)) ?? []).map(({ event }) => event);
}

/** What every engine must do with waits and signals. */
export const waitsCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "takes a signal for which a saga waits, and goes on with what it gave",
    check: async (make) => {
      const { engine, id, world, rest } = await atWait(make);
      const taken = await engine.signal(id, "paid", yes, { key: "k", by: "bank" });
      expectSame(taken.signal, "taken", "signal");
      const [written] = (await engine.history(id, { after: (taken.eventSeq ?? 0) - 1, limit: 1 })) ?? [];
      expectSame(written?.event.type, "signalled", "the event whose number its sender is told");
      expectSame(taken.saga.data, yes, "data");
      const saga = await rest(id);
      expectSame(saga.phase.name, "completed", "phase");
      expectSame(world.calls, ["order/run", "ship/run"], "calls");
    },
  },
  {
    name: "waits at the first step of a chain, and without a time",
    check: async (make) => {
      const { engine, id, rest } = await atWait(make, [{ step: "paid", kind: "pivot", wait: {} }]);
      expectSame((await engine.signal(id, "paid", yes)).signal, "taken", "signal");
      expectSame(statusOf(await rest(id)), "completed", "status");
    },
  },
  {
    name: "keeps an early signal, and tells a repetition and another one apart",
    check: async (make) => {
      const subject = await make({ steps: waiting() });
      const { engine, world, rest, until } = subject;
      const release = world.hold("order/run");
      const id = await subject.start();
      await until(() => world.arrived.length > 0);
      expectSame((await engine.signal(id, "paid", yes, { key: "k" })).signal, "kept", "an early signal");
      const again = await engine.signal(id, "paid", yes);
      expectSame([again.signal, again.eventSeq], ["repeated", undefined], "the same again, which writes no event");
      expectSame(await whyRefused(engine.signal(id, "paid", { paid: 2 }, { key: "k" })), "key-reused", "another under its key");
      expectSame(await whyRefused(engine.signal(id, "paid", { paid: 2 })), "late: another-signal", "another one");
      release();
      const saga = await rest(id);
      expectSame([saga.phase.name, saga.data], ["completed", yes], "phase and data");
      const late = saga.lateSignals?.map(({ because, outcome }) => [because, outcome]);
      expectSame(late, [["another-signal", { outcome: "done", result: { paid: 2 } }]], "late signals");
    },
  },
  {
    name: "refuses signals that it cannot take, and records nothing of them",
    check: async (make) => {
      const { engine, id } = await atWait(make);
      const before = await eventsOf({ engine }, id);
      expectSame(await whyRefused(engine.signal(id, "paid", "no object")), "invalid-signal", "no object");
      expectSame(await whyRefused(engine.signal(id, "order", yes)), "not-found", "a step that calls");
      expectSame(await whyRefused(engine.signal(id, "nothing", yes)), "not-found", "no step");
      expectSame(await whyRefused(engine.signal(NOBODY, "paid", yes)), "not-found", "no saga");
      expectSame(await eventsOf({ engine }, id), before, "events");
    },
  },
  {
    name: "undoes a saga whose wait is over, and lists a signal after its end until a person acknowledges it",
    check: async (make) => {
      const { engine, id, world, saga: ended } = await runOne(make, { steps: waiting(soonOver) });
      const { phase } = ended;
      expectSame(phase.name === "cancelled" && phase.turn.cause, "timeout", "cause");
      expectSame(world.calls, ["order/run", "order/rollback"], "calls");
      expectSame(await whyRefused(engine.signal(id, "paid", yes)), "late: ended", "a signal");
      expectSame(await whyRefused(engine.signal(id, "paid", yes)), "late: ended", "the same again");
      expectSame(await whyRefused(engine.signal(id, "paid", { paid: 2 })), "late: ended", "another one");
      const saga = (await engine.get(id))?.saga;
      expectSame(saga?.phase.name, "cancelled", "phase after it");
      expectSame(saga?.lateSignals?.length, 2, "late signals");
      await engine.acknowledge(id, { by: "ada" });
      expectSame((await refusalOf(engine.acknowledge(id))).refusal, "not-allowed", "a second acknowledgement");
      const seen = (await engine.get(id))?.saga.lateSignals?.map(({ isAcknowledged }) => isAcknowledged);
      expectSame(seen, [true, true], "acknowledged");
      const types = (await eventsOf({ engine }, id)).slice(-3).map(({ type }) => type);
      expectSame(types, ["signalled", "signalled", "acknowledged"], "last events");
    },
  },
  {
    name: "goes on by default when the time of a wait is over",
    check: async (make) => {
      const steps = waiting({ ...soonOver, onTimeout: "go-on", byDefault: { paid: 0 } });
      const { phase, data } = (await runOne(make, { steps })).saga;
      expectSame([phase.name, data], ["completed", { paid: 0 }], "phase and data");
    },
  },
  {
    name: "goes on as if its time were over when a person ends the wait",
    check: async (make) => {
      const { engine, id, rest } = await atWait(make, waiting({ onTimeout: "go-on", byDefault: { paid: 0 } }));
      await engine.endWait(id, "paid", { by: "ada" });
      const { phase, data } = await rest(id);
      expectSame([phase.name, data], ["completed", { paid: 0 }], "phase and data");
      expectSame((await refusalOf(engine.endWait(id, "paid"))).refusal, "not-allowed", "after the end");
    },
  },
  {
    name: "asks a person when the time is over, and a signal answers the question",
    check: async (make) => {
      const { engine, id, rest, saga } = await runOne(make, { steps: waiting({ ...soonOver, onTimeout: "ask" }) });
      const { phase } = saga;
      expectSame(phase.name === "needs-intervention" && [phase.reason, phase.step], ["no-signal", "paid"], "question");
      expectSame((await engine.signal(id, "paid", yes)).signal, "taken", "signal");
      expectSame(statusOf(await rest(id)), "completed", "status");
    },
  },
  {
    name: "accepts a cancel at a pivot that waits, after which a signal is late; and refuses one when the pivot was signalled",
    check: async (make) => {
      const { engine, id, rest, start, until } = await atWait(make, waitingPivot);
      await engine.cancel(id);
      expectSame(statusOf(await rest(id)), "cancelled", "status");
      expectSame(await whyRefused(engine.signal(id, "paid", yes)), "late: ended", "a signal");
      const other = await start();
      await untilAtWait({ engine, until }, other);
      expectSame((await engine.signal(other, "paid", yes)).signal, "taken", "signal of the other");
      expectSame((await refusalOf(engine.cancel(other))).refusal, "not-allowed", "a cancel");
      expectSame(statusOf(await rest(other)), "completed", "status of the other");
    },
  },
  {
    name: "asks a person for a refusal after the pivot, and a later yes answers the question",
    check: async (make) => {
      const { engine, id, rest } = await atWait(make, waitingAfterPivot);
      expectSame((await engine.signal(id, "paid", no)).signal, "asks", "a refusal");
      const { phase } = await rest(id);
      expectSame(phase.name === "needs-intervention" && phase.reason, "refused", "question");
      expectSame((await engine.signal(id, "paid", yes)).signal, "taken", "a later yes");
      expectSame(statusOf(await rest(id)), "completed", "status");
    },
  },
  {
    name: "takes a signal while the definition is paused",
    check: async (make) => {
      const { engine, id } = await atWait(make);
      await engine.pause(DEFINITION);
      expectSame((await engine.signal(id, "paid", yes)).signal, "taken", "signal");
    },
  },
  {
    name: "is in the state of the wait, and says since when and until when it waits",
    check: async (make) => {
      const { engine, id } = await atWait(make);
      const found = await engine.get(id);
      expectSame(found && stateOf(found.controller, found.saga), "DOING_PAID", "state");
      const { waitingSince = 0, waitingUntil } = found?.saga.steps[1] ?? {};
      expectSame(waitingUntil, waitingSince + 100 * HOUR_MS, "its end");
    },
  },
  {
    name: "finds a saga by the correlation that its input has, and no other one",
    check: async (make) => {
      const subject = await make({ steps: waiting({ correlation: "ref" }) });
      const { engine } = subject;
      const [one, other] = [await startWith(subject, { ref: "A-1" }), await startWith(subject, { ref: 7 })];
      expectSame((await engine.signalBy(DEFINITION, "paid", "7", yes)).saga.id, other, "the one signalled by 7");
      expectSame((await engine.signalBy(DEFINITION, "paid", "A-1", yes)).saga.id, one, "the one signalled by A-1");
      expectSame(await whyRefused(engine.signalBy(DEFINITION, "other", "A-1", yes)), "not-found", "another step");
      const long = "x".repeat(10_000);
      expectSame(await whyRefused(engine.signalBy(DEFINITION, "paid", long, yes)), "correlation-unknown", "too long");
    },
  },
  {
    name: "lets a signal wait a while for the saga that will have its correlation",
    check: async (make) => {
      const subject = await make({ steps: waiting({ correlation: "ref" }) });
      const early = subject.engine.signalBy(DEFINITION, "paid", "A-1", yes);
      const { id, accepted } = await subject.engine.start({ definition: DEFINITION, input: { ref: "A-1" } });
      await accepted;
      expectSame((await early).saga.id, id, "its saga");
    },
  },
  {
    name: "refuses a start whose correlation another saga has, and looks its own key up first",
    check: async (make) => {
      const subject = await make({ steps: waiting({ correlation: "ref" }) });
      const { engine, rest } = subject;
      const request = { definition: DEFINITION, input: { ref: "A-1" } };
      const first = await engine.start({ ...request, idempotencyKey: "k" });
      await first.accepted;
      for (const again of [request, { ...request, idempotencyKey: "k2" }]) {
        const refused = await refusalOf(engine.start(again));
        expectSame(refused.refusal, "correlation-taken", "refusal");
        expectSame(refused.message.includes(first.id), false, "whether it tells whose correlation it is");
      }
      expectSame((await engine.start({ ...request, idempotencyKey: "k" })).id, first.id, "the key's saga");
      for (const ref of ["", "x".repeat(256), "a\0b", "\ud800", 2 ** 53, 1.5, true, null, ["A-1"]]) {
        const bad = await refusalOf(engine.start({ ...request, input: { ref } }));
        expectSame(bad instanceof StartRefused && bad.refusal, "invalid-input", "a correlation that no sender could name");
        expectContains(bad.message, '"ref" must be a whole number', "its message");
      }
      // A saga that has ended holds it as long as it is kept.
      await engine.signalBy(DEFINITION, "paid", "A-1", yes);
      await rest(first.id);
      expectSame((await refusalOf(engine.start(request))).refusal, "correlation-taken", "after its end");
    },
  },
  {
    name: "starts one of two sagas at once that have the same correlation",
    check: async (make) => {
      const { engine } = await make({ steps: waiting({ correlation: "ref" }) });
      const request = { definition: DEFINITION, input: { ref: "A-1" } };
      const both = await Promise.allSettled([1, 2].map(() => engine.start(request)));
      expectSame(both.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"], "starts");
    },
  },
  {
    name: "needs a human at a wait whose correlation came from later data and another saga has, and is signalled by its id",
    check: async (make) => {
      const steps = waiting({ correlation: "id" }).map((step) =>
        step.step === "order" ? { ...step, rollbackIsRepeatable: true, rollbackId: "id" } : step,
      );
      const { engine, id: first, start, rest, until } = await atWait(make, steps);
      const second = await start();
      await untilFound({ engine, until }, second, ({ saga }) => saga.phase.name === "needs-intervention");
      const { phase } = (await engine.get(second))?.saga ?? {};
      const question = phase?.name === "needs-intervention" && [phase.reason, phase.step, phase.holder];
      expectSame(question, ["correlation-taken", "paid", first], "question");
      expectSame((await engine.signalBy(DEFINITION, "paid", 7, yes)).saga.id, first, "the one that is found");
      expectSame((await engine.signal(second, "paid", yes)).signal, "taken", "a signal by id");
      expectSame(statusOf(await rest(second)), "completed", "status");
    },
  },
];

async function startWith({ engine, until }: EngineSubject, input: object): Promise<string> {
  const { id, accepted } = await engine.start({ definition: DEFINITION, input });
  await accepted;
  await untilAtWait({ engine, until }, id);
  return id;
}
