import { idempotencyKey, type TraceContext } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import { handlerOf } from "../definition/handler-of.ts";
import { type FoundSaga, type ParticipantState, StartRefused } from "../ports/engine.ts";
import { JournalError } from "../ports/journal.ts";
import type { AttemptDirection, AttemptEnd, ObservedAttempt, Observer, RefusedStart } from "../ports/observer.ts";
import type { Call } from "../transition/command.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Phase, Saga } from "../transition/saga.ts";

/** When an attempt was due and began, in milliseconds since the epoch. */
export interface AttemptTimes {
  readonly dueAt: number;
  readonly beganAt: number;
}

/** Tells the observers of an engine what happens. An observer that throws harms neither a saga nor the other observers. */
export class Observation {
  readonly #observers: readonly Observer[];
  readonly #onDefect: (error: unknown, sagaId: string) => void;
  /** The members that have thrown: a broken one is reported once, because it is called for every saga. */
  readonly #reported = new Set<keyof Observer>();

  constructor(observers: readonly Observer[] = [], onDefect: (error: unknown, sagaId: string) => void) {
    this.#observers = observers;
    this.#onDefect = onDefect;
  }

  happened(found: FoundSaga, event: SagaEvent): void {
    this.#tell("happened", found.saga.id, (observer) => observer.happened?.(found, event));
  }

  read(found: FoundSaga): void {
    this.#tell("read", found.saga.id, (observer) => observer.read?.(found));
  }

  /** Undefined: nobody observes. */
  began(controller: Controller, saga: Saga, call: Call, times: AttemptTimes): ObservedAttempt | undefined {
    if (this.#observers.length === 0) return undefined;
    const attempt = attemptOf(controller, saga, call, times);
    this.#tell("attemptBegan", saga.id, (observer) => observer.attemptBegan?.(attempt));
    return attempt;
  }

  /** What the attempt carries to its participant. Undefined: the trace context of the saga's start, if it had one. */
  traceOf(attempt: ObservedAttempt): TraceContext | undefined {
    let trace: TraceContext | undefined;
    this.#tell("traceOf", attempt.sagaId, (observer) => {
      trace ??= observer.traceOf?.(attempt);
    });
    return trace;
  }

  ended(attempt: ObservedAttempt, end: AttemptEnd): void {
    this.#tell("attemptEnded", attempt.sagaId, (observer) => observer.attemptEnded?.(attempt, end));
  }

  /** @param error what `start` threw: what is no refusal is not told. */
  startFailed(controllers: readonly Controller[], definition: string, error: unknown): void {
    const reason = refusalOf(error);
    if (reason === undefined) return;
    const isRegistered = controllers.some(({ name }) => name === definition);
    const refused: RefusedStart = isRegistered ? { definition, reason } : { reason };
    this.#tell("startRefused", "", (observer) => observer.startRefused?.(refused));
  }

  circuitChanged(state: ParticipantState): void {
    this.#tell("circuitChanged", "", (observer) => observer.circuitChanged?.(state));
  }

  #tell(member: keyof Observer, sagaId: string, tell: (observer: Observer) => void): void {
    for (const observer of this.#observers) {
      try {
        tell(observer);
      } catch (error) {
        if (this.#reported.has(member)) continue;
        this.#reported.add(member);
        this.#onDefect(error, sagaId);
      }
    }
  }
}

function attemptOf(controller: Controller, saga: Saga, call: Call, times: AttemptTimes): ObservedAttempt {
  const { id: sagaId, definition, version, phase, trace } = saga;
  const { step, type, attempt: number } = call;
  return {
    sagaId,
    definition,
    version,
    step,
    participant: handlerOf(controller, step).participant.name,
    direction: attemptDirectionOf(phase),
    call: type,
    number,
    key: idempotencyKey(sagaId, step, type === "probe" ? "run" : type),
    ...times,
    ...(trace && { trace }),
  };
}

function attemptDirectionOf(phase: Phase): AttemptDirection {
  switch (phase.name) {
    case "settling":
      return "settle";
    case "undoing":
      return "undo";
    case "forward":
    case "completed":
    case "cancelled":
    case "needs-intervention":
      return "forward";
  }
}

function refusalOf(error: unknown): RefusedStart["reason"] | undefined {
  if (error instanceof StartRefused) return error.refusal;
  return error instanceof JournalError ? "journal-failed" : undefined;
}
