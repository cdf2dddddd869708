import { type Clock, JournalError, type Saga } from "saga-core";
import { isAtRest, observed } from "saga-core/engine";
import { isTimeout, type RestateIngress } from "../restate/restate-ingress.ts";
import { timings } from "../timings.ts";
import { type Delay, delay } from "./delay.ts";

export interface CompletionPorts {
  readonly ingress: Pick<RestateIngress, "attach">;
  readonly clock: Clock;
  /** The saga as it is known. */
  readonly get: (sagaId: string) => Promise<Saga | undefined>;
  /** Whether the saga runs, or ran, in this process, which then hears at once that it needs a human. */
  readonly runsHere: (sagaId: string) => boolean;
  /** The saga that its workflow ended with. */
  readonly ended: (sagaId: string, events: readonly unknown[] | null) => Promise<Saga | undefined>;
}

/** The events a saga ended with; null where they are too many to return; `later` where Restate did not answer in time. */
type End = readonly unknown[] | null | "later";

/** A request to Restate for the end of a saga, until the signal aborts. */
type EndRequest = (signal: AbortSignal) => Promise<readonly unknown[] | null>;

/** Why a waiter looks at its saga before the end: it came to need a human here, or a while has passed. */
type Wake = "needs-human" | "look";

/**
 * The callers in this process who wait until a saga is at rest. Restate returns the end of a saga. For Restate, a saga that needs a human has not
 * ended: this process hears of that at once where the saga runs here, and finds it by looking where it runs elsewhere.
 */
export class CompletionWaiters {
  readonly #ports: CompletionPorts;
  readonly #wakes = new Map<string, (wake: Wake) => void>();
  /** One wait for each saga, however many callers it has. */
  readonly #waiting = new Map<string, Promise<Saga>>();
  #isDraining = false;

  constructor(ports: CompletionPorts) {
    this.#ports = ports;
  }

  /** The number of sagas that somebody waits for. */
  get count(): number {
    return this.#waiting.size;
  }

  has(sagaId: string): boolean {
    return this.#waiting.has(sagaId);
  }

  /**
   * Resolves when the saga is at rest, or with where it is when the process stops.
   *
   * @param first the first request for its end, where that also starts the saga; it is not repeated.
   * @throws JournalError when Restate does not answer, or the process stops and the saga's state is not known.
   */
  wait(service: string, sagaId: string, first?: EndRequest): Promise<Saga> {
    const waiting = this.#waiting.get(sagaId);
    if (waiting !== undefined) return waiting;
    const attach: EndRequest = (signal) => this.#ports.ingress.attach(service, sagaId, signal);
    const saga = observed(this.#untilRest(sagaId, first ?? attach, attach).finally(() => this.#waiting.delete(sagaId)));
    this.#waiting.set(sagaId, saga);
    return saga;
  }

  /** A saga that runs in this process has come to need a human. */
  needsHuman(sagaId: string): void {
    this.#wakes.get(sagaId)?.("needs-human");
  }

  /** Lets sagas come to rest for `graceMs`; then every waiter gets its saga as it is, if Restate says it within `lookMs`. */
  async drain(graceMs: number, lookMs: number = timings.lastLookMs): Promise<void> {
    await this.#allResolved(graceMs);
    this.#isDraining = true;
    for (const wake of this.#wakes.values()) wake("look");
    await this.#allResolved(lookMs);
  }

  async #allResolved(msMax: number): Promise<void> {
    const limit = delay(this.#ports.clock, msMax);
    await Promise.race([Promise.allSettled(this.#waiting.values()), limit.over]).finally(limit.cancel);
  }

  async #untilRest(sagaId: string, first: EndRequest, again: EndRequest): Promise<Saga> {
    let end = this.#request(first);
    for (let lookMs: number = timings.completionLookMsMin; ; lookMs = Math.min(lookMs * 2, timings.completionLookMsMax)) {
      const next = await this.#next(sagaId, end, lookMs);
      if (next === "later") end = this.#request(again);
      else if (next !== undefined) return next;
      // A look costs Restate as much as a step does.
      if (lookMs < timings.completionLookMsMax && !this.#isDraining && this.#ports.runsHere(sagaId)) continue;
      const saga = await this.#ports.get(sagaId);
      if (saga && (isAtRest(saga) || this.#isDraining)) return saga;
      if (this.#isDraining) throw new JournalError(`The state of saga ${sagaId} is not known: Restate has not answered.`);
    }
  }

  #request(request: EndRequest): Promise<End> {
    const abort = new AbortController();
    const { clock } = this.#ports;
    const cancel = clock.wakeAt(clock.now() + timings.completionRequestMsMax, () => abort.abort());
    const end = request(abort.signal)
      .catch((error: unknown) => {
        if (isTimeout(error)) return "later" as const;
        throw error;
      })
      .finally(cancel);
    return observed(end);
  }

  /** The saga at its end; undefined when it is time to look whether it needs a human, or the process stops. */
  async #next(sagaId: string, end: Promise<End>, lookMs: number): Promise<Saga | "later" | undefined> {
    const woken = Promise.withResolvers<Wake>();
    this.#wakes.set(sagaId, woken.resolve);
    const look = delay(this.#ports.clock, lookMs);
    const next = await Promise.race([end, woken.promise, look.over]).finally(() => {
      look.cancel();
      this.#wakes.delete(sagaId);
    });
    if (next === "needs-human") return await this.#recorded(sagaId, end);
    if (next === "look" || next === "over") return undefined;
    return next === "later" ? next : await this.#ports.ended(sagaId, next);
  }

  /** The saga needs a human, and that is about to be recorded. */
  async #recorded(sagaId: string, end: Promise<End>): Promise<Saga | "later" | undefined> {
    for (let looks = 0; looks < timings.recordedLooksMax; looks += 1) {
      const look: Delay = delay(this.#ports.clock, timings.recordedLookMs);
      const next = await Promise.race([end, look.over]).finally(look.cancel);
      if (next === "later") return next;
      if (next !== "over") return await this.#ports.ended(sagaId, next);
      const saga = await this.#ports.get(sagaId);
      if (saga && isAtRest(saga)) return saga;
    }
    return undefined;
  }
}
