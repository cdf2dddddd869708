import type { Action, Attempt } from "../definition/attempt.ts";
import { done, type Outcome, rejected, type Unavailable, type Unknown, unavailable, unknown } from "../definition/outcome.ts";

/**
 * What goes wrong with one call: the participant refuses or is away, or the request or its reply is lost. At `throttled` and `failed` the
 * participant itself answers that it did not make the call, or that it does not know.
 */
export type Fault =
  | "busy"
  | "rejected"
  | "unavailable"
  | "throttled"
  | "failed"
  | "request-lost"
  | "reply-lost"
  | "defect"
  | "thrown";

/** The Retry-After of a busy participant. */
export const BUSY_RETRY_AFTER_MS = 60_000;

/** What is wrong with some sagas at one call. */
export interface Sickness {
  /** How many sagas have it. */
  readonly sagas: () => number;
  /** No further saga gets it. */
  readonly contain: () => void;
  /** No saga has it any more. */
  readonly heal: () => void;
}

interface SickCall {
  readonly fault: Fault;
  readonly keys: Set<string>;
  spreads: boolean;
}

/** Every participant of a scripted saga: the applied effects, in order, and the first answer to every key. */
export class ScriptedWorld {
  /** `<step>/run` or `<step>/rollback`, in the order in which they were applied. */
  readonly effects: string[] = [];
  /** Every call that reached a participant. */
  readonly calls: string[] = [];
  /** The attempts of those calls. */
  readonly attempts: Attempt[] = [];
  /** Every call that came, also while it is held. */
  readonly arrived: string[] = [];
  /** The attempts of those. */
  readonly arrivedAttempts: Attempt[] = [];
  readonly #answers = new Map<string, Outcome>();
  readonly #faults: Map<string, Fault[]>;
  readonly #held = new Map<string, Promise<void>>();
  readonly #sick = new Map<string, SickCall>();

  /** @param faults what happens to the first, second, … call of `<step>/<action>`; further calls succeed. */
  constructor(faults: Readonly<Record<string, readonly Fault[]>> = {}) {
    this.#faults = new Map(Object.entries(faults).map(([call, queue]) => [call, [...queue]]));
  }

  /** Keeps every call of `<step>/<action>` under way until the returned function is called. */
  hold(call: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(call, promise);
    return () => {
      this.#held.delete(call);
      resolve();
    };
  }

  /** Every saga that makes this call while the returned sickness spreads has this fault there then, and ever after. */
  sicken(call: string, fault: Fault): Sickness {
    const sick: SickCall = { fault, keys: new Set(), spreads: true };
    this.#sick.set(call, sick);
    return {
      sagas: () => sick.keys.size,
      contain: () => {
        sick.spreads = false;
      },
      heal: () => this.#sick.delete(call),
    };
  }

  /** Records a call, and returns the promise that it waits for; undefined if it does not wait. */
  arrive(call: string, attempt: Attempt): Promise<void> | undefined {
    this.arrived.push(call);
    this.arrivedAttempts.push(attempt);
    return this.#held.get(call);
  }

  /** Answers a read: it gives how often the step was read, so that no two reads give the same. */
  read(step: string): Outcome<object> {
    const call = `${step}/run`;
    const fault = this.#faults.get(call)?.shift();
    this.calls.push(call);
    if (fault === "rejected") return rejected("scripted: refused");
    return this.#failure(fault) ?? done({ [step]: this.calls.filter((each) => each === call).length });
  }

  answer(step: string, action: Action, { keyed }: { readonly keyed: boolean }, attempt: Attempt): Outcome {
    const call = `${step}/${action}`;
    const fault = this.#faults.get(call)?.shift() ?? this.#sickness(call, attempt);
    this.calls.push(call);
    this.attempts.push(attempt);
    const failure = this.#failure(fault);
    if (failure && fault !== "reply-lost") return failure;
    const outcome = fault === "rejected" ? rejected("scripted: refused") : done();
    const answer = this.#apply(call, keyed ? attempt.key : undefined, outcome);
    return failure ?? answer;
  }

  #sickness(call: string, { key }: Attempt): Fault | undefined {
    const sick = this.#sick.get(call);
    if (sick?.spreads) sick.keys.add(key);
    return sick?.keys.has(key) ? sick.fault : undefined;
  }

  /** The outcome of a call that gets no clear answer; undefined if it gets one. */
  #failure(fault: Fault | undefined): Unavailable | Unknown | undefined {
    switch (fault) {
      case "thrown":
        throw new Error("scripted");
      case "unavailable":
        return unavailable("scripted: away");
      case "throttled":
        return unavailable("scripted: throttled", { answered: true });
      case "failed":
        return unknown("scripted: failed", { answered: true });
      case "busy":
        return unavailable("scripted: busy", { retryAfterMs: BUSY_RETRY_AFTER_MS });
      case "request-lost":
        return unknown("scripted: request lost");
      case "defect":
        return unknown("scripted: key misused", { defect: true });
      case "reply-lost":
        return unknown("scripted: reply lost");
      case "rejected":
      case undefined:
        return undefined;
    }
  }

  /** The first answer to a key is the answer (rule 2). */
  #apply(call: string, key: string | undefined, outcome: Outcome): Outcome {
    const first = key === undefined ? undefined : this.#answers.get(key);
    if (first) return first;
    if (outcome.outcome === "done") this.effects.push(call);
    if (key !== undefined) this.#answers.set(key, outcome);
    return outcome;
  }

  /** Whether the step was applied. */
  probe(step: string): Outcome {
    this.calls.push(`${step}/probe`);
    return this.standing.includes(step) ? done() : rejected("scripted: it is not there");
  }

  /** The steps whose effect stands: applied and not undone. */
  get standing(): readonly string[] {
    const runs = this.effects.filter((effect) => effect.endsWith("/run")).map((effect) => effect.slice(0, -"/run".length));
    return runs.filter((step) => !this.effects.includes(`${step}/rollback`));
  }
}
