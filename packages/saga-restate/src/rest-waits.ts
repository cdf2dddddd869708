import { setTimeout } from "node:timers/promises";
import { isAtRest, JournalError, type Saga } from "saga-core";
import { isTimeout, type RestateIngress } from "./restate-ingress.ts";

export interface RestPorts {
  readonly ingress: Pick<RestateIngress, "attach">;
  /** The saga as it is recorded. */
  readonly look: (sagaId: string) => Promise<Saga | undefined>;
  /** The saga that its workflow ended with. */
  readonly ended: (sagaId: string, events: readonly unknown[] | null) => Promise<Saga | undefined>;
}

/** Asks Restate for the end of a saga; rejects with a timeout where it has not ended within that time. */
type Ask = (waitMs: number) => Promise<readonly unknown[] | null>;

const WAIT_MS_MIN = 1_000;
const WAIT_MS_MAX = 30_000;
const RECORDED_LOOK_MS = 50;
const RECORDED_LOOKS_MAX = 40;

/**
 * Those in this process who wait for a saga to come to rest. Its end is what Restate answers with. That it needs a human is no end there: it is
 * known at once where the saga runs in this process, and within a while where it runs in another one.
 */
export class RestWaits {
  readonly #ports: RestPorts;
  readonly #nudges = new Map<string, () => void>();
  readonly #waiting = new Set<Promise<unknown>>();
  readonly #ending = Promise.withResolvers<void>();
  #isEnding = false;

  constructor(ports: RestPorts) {
    this.#ports = ports;
  }

  /** @param first asks for the first time, where that is not what is asked again. */
  of(service: string, sagaId: string, first?: Ask): Promise<Saga> {
    const attach: Ask = (waitMs) => this.#ports.ingress.attach(service, sagaId, waitMs);
    const rest = this.#wait(sagaId, first ?? attach, attach).finally(() => this.#waiting.delete(rest));
    // Whoever waits for it is told; nobody has to.
    rest.catch(() => undefined);
    this.#waiting.add(rest);
    return rest;
  }

  /** A saga that runs in this process has come to rest. */
  hasCome(sagaId: string): void {
    this.#nudges.get(sagaId)?.();
  }

  /** Lets sagas come to rest for as long as `graceMs`; then whoever waits is told where his saga stands. */
  async end(graceMs: number): Promise<void> {
    await Promise.race([Promise.allSettled(this.#waiting), setTimeout(graceMs, undefined, { ref: false })]);
    this.#isEnding = true;
    this.#ending.resolve();
    await Promise.allSettled(this.#waiting);
  }

  async #wait(sagaId: string, first: Ask, again: Ask): Promise<Saga> {
    let ask = first;
    for (let waitMs = WAIT_MS_MIN; ; waitMs = Math.min(waitMs * 2, WAIT_MS_MAX)) {
      const told = await this.#ask(sagaId, ask, waitMs);
      if (told) return told;
      const saga = await this.#ports.look(sagaId);
      if (saga && (isAtRest(saga) || this.#isEnding)) return saga;
      if (this.#isEnding) throw new JournalError(`It is not known what became of saga ${sagaId}: Restate has not told of it.`);
      ask = again;
    }
  }

  /** Its end; undefined where it is worth a look whether it needs a human, or whether there is no more time. */
  async #ask(sagaId: string, ask: Ask, waitMs: number): Promise<Saga | undefined> {
    const nudge = Promise.withResolvers<"nudged">();
    this.#nudges.set(sagaId, () => nudge.resolve("nudged"));
    const end = ask(waitMs).catch((error: unknown) => {
      if (isTimeout(error)) return "later" as const;
      throw error;
    });
    end.catch(() => undefined);
    const told = await Promise.race([end, nudge.promise, this.#ending.promise]);
    this.#nudges.delete(sagaId);
    if (told === "nudged") return await this.#recorded(sagaId, end);
    return told === "later" || told === undefined ? undefined : await this.#ports.ended(sagaId, told);
  }

  /** It has come to rest, and that is about to be recorded. */
  async #recorded(sagaId: string, end: Promise<readonly unknown[] | null | "later">): Promise<Saga | undefined> {
    for (let looks = 0; looks < RECORDED_LOOKS_MAX; looks += 1) {
      const told = await Promise.race([end, setTimeout(RECORDED_LOOK_MS, "look" as const)]);
      if (told === "later") return undefined;
      if (told !== "look") return await this.#ports.ended(sagaId, told);
      const saga = await this.#ports.look(sagaId);
      if (saga && isAtRest(saga)) return saga;
    }
    return undefined;
  }
}
