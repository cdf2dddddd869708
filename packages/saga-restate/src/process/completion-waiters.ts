import { setTimeout } from "node:timers/promises";
import { type Clock, isAtRest, JournalError, type Saga } from "saga-core";
import { isTimeout, type RestateIngress } from "../restate/restate-ingress.ts";

export interface RestPorts {
  readonly ingress: Pick<RestateIngress, "attach">;
  readonly clock: Clock;
  /** The saga as it is recorded. */
  readonly look: (sagaId: string) => Promise<Saga | undefined>;
  /** Whether it runs, or ran, in this process, which then hears at once that it needs a human. */
  readonly runsHere: (sagaId: string) => boolean;
  /** The saga that its workflow ended with. */
  readonly ended: (sagaId: string, events: readonly unknown[] | null) => Promise<Saga | undefined>;
}

/** The events that a saga ended with; null where there are too many to be told; or Restate did not tell in time. */
type End = readonly unknown[] | null | "later";

/** Asks Restate for the end of a saga, until it is told to ask no longer. */
type Ask = (signal: AbortSignal) => Promise<readonly unknown[] | null>;

/** What is worth a look before the end is told: that the saga needs a human is about to be recorded, or may be. */
type Wake = "recorded" | "look";

/** What comes to need a human in another process is seen by looking. */
const LOOK_MS_MIN = 2_000;
const LOOK_MS_MAX = 30_000;
/** So long whoever stops waits for Restate to say where the sagas are. */
const LAST_LOOK_MS = 2_000;
/** So long one request waits for an end. */
const ASK_MS_MAX = 60_000;
const RECORDED_LOOK_MS = 50;
const RECORDED_LOOKS_MAX = 40;

/**
 * Those in this process who wait for a saga to come to rest. Its end is what Restate answers with. That it needs a human is no end there: it is
 * known at once where the saga runs in this process, and within a while where it runs in another one.
 */
export class RestWaits {
  readonly #ports: RestPorts;
  readonly #wakes = new Map<string, (wake: Wake) => void>();
  /** One wait for each saga, however many want its end. */
  readonly #waiting = new Map<string, Promise<Saga>>();
  #isEnding = false;

  constructor(ports: RestPorts) {
    this.#ports = ports;
  }

  /** For how many sagas somebody waits. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Whether somebody waits for it. */
  has(sagaId: string): boolean {
    return this.#waiting.has(sagaId);
  }

  /** @param first asks for the first time, where that is not what is asked again. */
  of(service: string, sagaId: string, first?: Ask): Promise<Saga> {
    const known = this.#waiting.get(sagaId);
    if (known !== undefined) return known;
    const attach: Ask = (signal) => this.#ports.ingress.attach(service, sagaId, signal);
    const rest = this.#wait(sagaId, first ?? attach, attach).finally(() => this.#waiting.delete(sagaId));
    // Whoever waits for it is told; nobody has to.
    rest.catch(() => undefined);
    this.#waiting.set(sagaId, rest);
    return rest;
  }

  /** A saga that runs in this process has come to need a human. */
  needsHuman(sagaId: string): void {
    this.#wakes.get(sagaId)?.("recorded");
  }

  /** Lets sagas come to rest for as long as `graceMs`; then whoever waits is told where his saga stands. */
  async end(graceMs: number): Promise<void> {
    await this.#allTold(graceMs);
    this.#isEnding = true;
    for (const wake of this.#wakes.values()) wake("look");
    await this.#allTold(LAST_LOOK_MS);
  }

  async #allTold(waitMs: number): Promise<void> {
    await Promise.race([Promise.allSettled(this.#waiting.values()), setTimeout(waitMs, undefined, { ref: false })]);
  }

  async #wait(sagaId: string, first: Ask, again: Ask): Promise<Saga> {
    let end = this.#asked(first);
    for (let lookMs = LOOK_MS_MIN; ; lookMs = Math.min(lookMs * 2, LOOK_MS_MAX)) {
      const told = await this.#next(sagaId, end, lookMs);
      if (told === "later") {
        end = this.#asked(again);
      } else if (told !== undefined) {
        return told;
      }
      // A look costs Restate as much as a step does.
      if (lookMs < LOOK_MS_MAX && !this.#isEnding && this.#ports.runsHere(sagaId)) continue;
      const saga = await this.#ports.look(sagaId);
      if (saga && (isAtRest(saga) || this.#isEnding)) return saga;
      if (this.#isEnding) throw new JournalError(`It is not known what became of saga ${sagaId}: Restate has not told of it.`);
    }
  }

  /** The end; `later` where Restate did not tell in time. */
  #asked(ask: Ask): Promise<End> {
    const { clock } = this.#ports;
    const abort = new AbortController();
    const cancel = clock.wakeAt(clock.now() + ASK_MS_MAX, () => abort.abort());
    const end = ask(abort.signal)
      .catch((error: unknown) => {
        if (isTimeout(error)) return "later" as const;
        throw error;
      })
      .finally(cancel);
    // Whoever waits for it is told; nobody has to.
    end.catch(() => undefined);
    return end;
  }

  /** Its end; undefined where it is worth a look whether it needs a human, or whether there is no more time. */
  async #next(sagaId: string, end: Promise<End>, lookMs: number): Promise<Saga | "later" | undefined> {
    const { clock } = this.#ports;
    const woken = Promise.withResolvers<Wake>();
    this.#wakes.set(sagaId, woken.resolve);
    const cancel = clock.wakeAt(clock.now() + lookMs, () => woken.resolve("look"));
    const told = await Promise.race([end, woken.promise]).finally(() => {
      cancel();
      this.#wakes.delete(sagaId);
    });
    if (told === "recorded") return await this.#recorded(sagaId, end);
    if (told === "look") return undefined;
    return told === "later" ? told : await this.#ports.ended(sagaId, told);
  }

  /** It has come to need a human, and that is about to be recorded. */
  async #recorded(sagaId: string, end: Promise<End>): Promise<Saga | "later" | undefined> {
    for (let looks = 0; looks < RECORDED_LOOKS_MAX; looks += 1) {
      const told = await Promise.race([end, setTimeout(RECORDED_LOOK_MS, "look" as const)]);
      if (told === "later") return told;
      if (told !== "look") return await this.#ports.ended(sagaId, told);
      const saga = await this.#ports.look(sagaId);
      if (saga && isAtRest(saga)) return saga;
    }
    return undefined;
  }
}
