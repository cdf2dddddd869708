import type { CallKind } from "../definition/attempt.ts";
import { done, type Outcome, rejected } from "../definition/outcome.ts";
import { ARRIVES_WITHIN_MS_DEFAULT } from "../definition/participant.ts";
import type { SimulatedCall } from "./simulated-controller.ts";

/** A request on its way, or at its participant. */
export interface Message extends SimulatedCall {
  readonly id: number;
  /** The participant's answer; absent until the message arrives. */
  answer?: Outcome<object>;
}

interface FirstAnswer {
  readonly outcome: Outcome<object>;
  readonly at: number;
}

/** The results of the steps when they are done, by name: those of the first time, and those of a read that is repeated. */
interface StepResults {
  readonly first: Readonly<Record<string, object>>;
  readonly later: Readonly<Record<string, object>>;
}

/** The state of the participants: the applied effects, and the first answer to every key. It survives every crash. */
export class SimulatedWorld {
  readonly runs: Map<string, number> = new Map();
  readonly rollbacks: Map<string, number> = new Map();
  readonly #firsts = new Map<string, FirstAnswer>();
  /** The steps that were read, at least once. */
  readonly #read = new Set<string>();
  readonly #results: StepResults;

  constructor(results: StepResults) {
    this.#results = results;
  }

  /** How often the step's effect stands. */
  standing(step: string): number {
    return countOf(this.runs, step) - countOf(this.rollbacks, step);
  }

  /** Whether a request that arrived now could still have an effect. */
  couldApply({ handler, attempt }: SimulatedCall, now: number): boolean {
    if (handler.kind === "read") return false;
    return !handler.participant.keyed || this.#firstAnswer(handler.participant.keyRetentionMs, attempt.key, now) === undefined;
  }

  /** A request arrives: it is answered as the first time, or has its effect, or is refused. */
  arrive({ handler, action, attempt }: SimulatedCall, now: number, refuses: boolean): Outcome<object> {
    const { step, participant } = handler;
    if (handler.kind === "read") return refuses ? rejected("refused") : this.#answerRead(step);
    if (action === "probe") return this.standing(step) > 0 ? done(this.#resultOf(step)) : rejected("it is not there");
    const first = participant.keyed ? this.#firstAnswer(participant.keyRetentionMs, attempt.key, now) : undefined;
    if (first) return first;
    const outcome = refuses ? rejected("refused") : done(action === "run" ? this.#resultOf(step) : {});
    if (outcome.outcome === "done") this.apply(step, action, isRepeatable({ handler, action }));
    if (participant.keyed) this.#firsts.set(attempt.key, { outcome, at: now });
    return outcome;
  }

  /** By a request, or by the hand of a human. A repeatable rollback has no second effect. */
  apply(step: string, action: CallKind, repeatable: boolean): void {
    const effects = action === "run" ? this.runs : this.rollbacks;
    if (action === "rollback" && repeatable && this.standing(step) === 0) return;
    effects.set(step, countOf(effects, step) + 1);
  }

  /** A signal reports an effect that a rollback of its step undoes: it stands while the saga has taken it. */
  reported(step: string, isTaken: boolean): void {
    if (isTaken) this.runs.set(step, 1);
    else this.runs.delete(step);
  }

  /** All of it, for telling states apart. */
  get snapshot(): object {
    return [
      [...this.runs],
      [...this.rollbacks],
      [...this.#read],
      [...this.#firsts].map(([key, { outcome, at }]) => [key, outcome.outcome, at]),
    ];
  }

  /** It may give something else the second time. */
  #answerRead(step: string): Outcome<object> {
    const result = this.#read.has(step) ? this.#results.later[step] : undefined;
    this.#read.add(step);
    return done(result ?? this.#resultOf(step));
  }

  #resultOf(step: string): object {
    return this.#results.first[step] ?? {};
  }

  #firstAnswer(retentionMs: number | undefined, key: string, now: number): Outcome<object> | undefined {
    const first = this.#firsts.get(key);
    const isKept = first !== undefined && now < first.at + (retentionMs ?? Infinity);
    return isKept ? first.outcome : undefined;
  }
}

export function isRepeatable({ handler, action }: Pick<SimulatedCall, "handler" | "action">): boolean {
  return action === "rollback" && handler.kind === "compensatable" && handler.rollbackIsRepeatable;
}

export function arrivesWithinMs({ handler }: SimulatedCall): number {
  return handler.participant.arrivesWithinMs ?? ARRIVES_WITHIN_MS_DEFAULT;
}

export function countOf(counts: ReadonlyMap<string, number>, step: string): number {
  return counts.get(step) ?? 0;
}
