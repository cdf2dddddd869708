import { setTimeout } from "node:timers/promises";
import type { Fault } from "./faults.ts";

/** A message that a mock sends by itself after an effect, as a webhook: the same under the same key, until it is accepted. */
export interface Signal {
  readonly url: string;
  readonly key: string;
  readonly body: object;
}

/** What became of a signal, for `GET /control/signals`. */
interface SentSignal extends Signal {
  readonly attempts: number;
  /** The status of the last answer; null as long as there is none. */
  readonly status: number | null;
  /** `late`: it was answered 409, and is not sent again. */
  readonly state: "not sent" | "under way" | "accepted" | "late" | "given up";
}

export interface SignalsOptions {
  /** Called with a line about each signal that was late or given up. */
  readonly log: (line: string) => void;
  /** The pause before the first repetition, in milliseconds. It doubles with each further one, up to ten seconds. Default: 200. */
  readonly backoffMsBase?: number;
}

/** A fault of the route whose effect is signalled. Any other one than those of signals changes nothing of them. */
interface AppliedFault {
  readonly fault?: Fault["fault"];
  readonly delay_ms?: number;
}

const BACKOFF_MS_MAX = 10_000;
/** With the longest pause, some three hours. */
const ATTEMPTS_MAX = 1_000;
const CALL_TIMEOUT_MS = 30_000;

/** Sends signals as a real sender of webhooks does: each is repeated until it is accepted (2xx), or too late (409). */
export class Signals {
  readonly #options: Required<SignalsOptions>;
  #sent: SentSignal[] = [];
  #ending = new AbortController();

  constructor({ log, backoffMsBase = 200 }: SignalsOptions) {
    this.#options = { log, backoffMsBase };
  }

  /** Every signal, in order. */
  get items(): readonly SentSignal[] {
    return this.#sent;
  }

  /** Ends all repetitions, and forgets what was sent. */
  clear(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#sent = [];
  }

  /** Begins to send a signal, and does not wait for its answer. */
  send(signal: Signal, { fault, delay_ms: delayMs = 0 }: AppliedFault = {}): void {
    if (fault === "signal_never") {
      this.#sent.push({ ...signal, attempts: 0, status: null, state: "not sent" });
      return;
    }
    const copies = fault === "signal_twice" ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      // Nobody waits for it: a failure is an answer like others, and what ends it is `clear`.
      this.#deliver(signal, fault === "signal_late" ? delayMs : 0).catch((error: unknown) => this.#options.log(String(error)));
    }
  }

  async #deliver(signal: Signal, delayMs: number): Promise<void> {
    const ending = this.#ending.signal;
    const index = this.#sent.push({ ...signal, attempts: 0, status: null, state: "under way" }) - 1;
    if (!(await pause(delayMs, ending))) return;
    for (let attempts = 1; attempts <= ATTEMPTS_MAX; attempts += 1) {
      const answer = await post(signal, ending);
      if (ending.aborted) return;
      const state = stateAfter(answer.status);
      this.#sent[index] = { ...signal, attempts, status: answer.status, state };
      if (state === "late") this.#options.log(`The signal ${signal.key} to ${signal.url} was late: 409 ${answer.text}`);
      if (state !== "under way") return;
      const backoffMs = Math.min(this.#options.backoffMsBase * 2 ** (attempts - 1), BACKOFF_MS_MAX);
      if (!(await pause(Math.max(answer.retryAfterMs, backoffMs), ending))) return;
    }
    this.#sent[index] = { ...signal, attempts: ATTEMPTS_MAX, status: this.#sent[index]?.status ?? null, state: "given up" };
    this.#options.log(`The signal ${signal.key} to ${signal.url} was not accepted ${ATTEMPTS_MAX} times, and is given up`);
  }
}

interface Answer {
  /** Null if there was none. */
  readonly status: number | null;
  readonly text: string;
  /** 0 if it says nothing. */
  readonly retryAfterMs: number;
}

function stateAfter(status: number | null): "accepted" | "late" | "under way" {
  if (status === 409) return "late";
  return status !== null && status >= 200 && status < 300 ? "accepted" : "under way";
}

async function post({ url, key, body }: Signal, ending: AbortSignal): Promise<Answer> {
  const headers = { "content-type": "application/json", "idempotency-key": `"${key}"`, connection: "close" };
  const signal = AbortSignal.any([ending, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  try {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), redirect: "manual", signal });
    const retryAfterS = Number(response.headers.get("retry-after")) || 0;
    return {
      status: response.status,
      text: await response.text(),
      retryAfterMs: Math.min(retryAfterS * 1_000, BACKOFF_MS_MAX),
    };
  } catch {
    return { status: null, text: "", retryAfterMs: 0 };
  }
}

/** Waits. Gives whether it may go on. A pause does not keep a process alive whose server is closed. */
async function pause(ms: number, ending: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { ref: false, signal: ending });
    return true;
  } catch {
    return false;
  }
}
