import type { AttemptEnd, ObservedAttempt, Observer, RefusedStart } from "../ports/observer.ts";
import type { SagaEvent } from "../transition/event.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { DEFINITION, type MakeEngine, refusalOf } from "./engine-scene.ts";

/** Notes all that it is told. */
class Notes implements Required<Pick<Observer, "happened" | "attemptBegan" | "attemptEnded" | "startRefused">> {
  readonly events: SagaEvent["type"][] = [];
  readonly under: ObservedAttempt[] = [];
  readonly ended: { readonly attempt: ObservedAttempt; readonly end: AttemptEnd }[] = [];
  readonly refused: RefusedStart[] = [];

  happened(...[, event]: Parameters<Required<Observer>["happened"]>): void {
    this.events.push(event.type);
  }

  attemptBegan(attempt: ObservedAttempt): void {
    this.under.push(attempt);
  }

  attemptEnded(attempt: ObservedAttempt, end: AttemptEnd): void {
    this.ended.push({ attempt, end });
  }

  startRefused(refused: RefusedStart): void {
    this.refused.push(refused);
  }
}

const caller = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

/** What every engine tells its observers. */
export const observerCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "tells an observer of every attempt, with one object from its begin to its end, and of every event",
    check: async (make) => {
      const notes = new Notes();
      const faults = { "order/run": ["unavailable"], "stock/run": ["reply-lost"], "pay/run": ["rejected"] } as const;
      const { engine, rest, until } = await make({ faults, observers: [notes] });
      const { id, accepted } = await engine.start({ definition: DEFINITION, input: {}, trace: caller });
      await accepted;
      await rest(id);
      await until(() => notes.ended.length === 7);
      const seen = notes.ended.map(({ attempt, end }) => {
        const { sagaId, definition, version, trace, dueAt, beganAt } = attempt;
        expectSame([sagaId, definition, version, trace], [id, DEFINITION, 1, caller], "whose attempt it is");
        expectSame(notes.under.includes(attempt), true, "whether it is the object of its begin");
        expectSame(dueAt <= beganAt && beganAt <= end.endedAt && end.hasReturned, true, "the order of its times");
        expectSame(attempt.key, `${id}/${attempt.step}/${attempt.call}`, "its key");
        return `${attempt.direction} ${attempt.step}/${attempt.call} ${attempt.number} ${end.outcome.outcome}`;
      });
      expectSame(
        seen,
        [
          "forward order/run 1 unavailable",
          "forward order/run 2 done",
          "forward stock/run 1 unknown",
          "forward stock/run 2 done",
          "forward pay/run 1 rejected",
          "undo stock/rollback 1 done",
          "undo order/rollback 1 done",
        ],
        "the attempts",
      );
      expectSame(notes.under.length, 7, "attempts that began");
      await until(() => notes.events.filter((type) => type === "answered").length === 7);
      expectSame(notes.events[0], "started", "the first event");
      expectSame(notes.events.filter((type) => type === "started").length, 1, "starts");
      expectSame(notes.events.includes("closing-recorded"), true, "whether the closing record is told");
    },
  },
  {
    name: "sends the trace context that an observer gives for an attempt, and else that of the start",
    check: async (make) => {
      const own = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01" };
      const traceOf = ({ step }: ObservedAttempt) => (step === "stock" ? own : undefined);
      const { engine, rest, world } = await make({ observers: [{}, { traceOf }, { traceOf: () => undefined }] });
      const { id, accepted } = await engine.start({ definition: DEFINITION, input: {}, trace: caller });
      await accepted;
      await rest(id);
      expectSame(
        world.attempts.map(({ step, trace }) => [step, trace]),
        [
          ["order", caller],
          ["stock", own],
          ["pay", caller],
          ["mail", caller],
        ],
        "what the attempts carried",
      );
    },
  },
  {
    name: "tells an observer of a refused start, and names its definition only if there is one of that name",
    check: async (make) => {
      const notes = new Notes();
      const { engine } = await make({ observers: [notes] });
      await engine.pause(DEFINITION, { by: "ada" });
      await refusalOf(engine.start({ definition: DEFINITION, input: {} }));
      await refusalOf(engine.start({ definition: "no-such", input: {} }));
      expectSame(notes.refused, [{ definition: DEFINITION, reason: "paused" }, { reason: "unknown-definition" }], "the refusals");
    },
  },
];
