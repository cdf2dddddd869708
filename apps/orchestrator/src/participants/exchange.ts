import { clearTimeout, setTimeout } from "node:timers";
import { getLogger } from "@logtape/logtape";
import ky, { type KyInstance } from "ky";
import { type Attempt, type Outcome, unavailable, unknown } from "saga-core";
import { classify, isMisconfiguration } from "./classify.ts";
import { fetchOnce } from "./fetch-once.ts";
import type { Reply, ReplyRules } from "./reply.ts";

export interface ParticipantOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly keyed: boolean;
  /** How long it keeps its first answer to a key, in milliseconds; absent: for good. */
  readonly keyRetentionMs?: number;
  /** From sending to the last byte of the reply, in milliseconds. */
  readonly callTimeoutMs: number;
}

interface ParticipantRequest<Result extends object> extends ReplyRules<Result> {
  readonly method: "get" | "post" | "put" | "delete";
  readonly path: string;
  readonly json?: object;
}

const log = getLogger(["orchestrator", "participants"]);

const REPLY_BYTES_MAX = 65_536;

/** HTTP calls to one participant, each within a deadline, a cap on its reply, and no redirect; its own retries are off. */
export class Exchange {
  readonly #ky: KyInstance;
  readonly #callTimeoutMs: number;

  constructor({ url, callTimeoutMs }: Pick<ParticipantOptions, "url" | "callTimeoutMs">) {
    this.#callTimeoutMs = callTimeoutMs;
    this.#ky = ky.create({
      prefix: url,
      // Whether and when to repeat a call is the engine's decision.
      retry: 0,
      throwHttpErrors: false,
      redirect: "manual",
      // The signal below also covers the reading of the body, which ky's own timeout does not.
      timeout: false,
      fetch: fetchOnce,
      headers: { accept: "application/json", connection: "close" },
    });
  }

  /** Makes a call that may have an effect: it carries the attempt's key. */
  async send<Result extends object>(request: ParticipantRequest<Result>, attempt: Attempt): Promise<Outcome<Result>> {
    return await this.#exchange(request, { "idempotency-key": `"${attempt.key}"`, ...attempt.trace });
  }

  /** Makes a call that changes nothing: it carries no key, and when it fails nothing was done. */
  async read<Result extends object>(request: ParticipantRequest<Result>, { trace }: Attempt): Promise<Outcome<Result>> {
    const outcome = await this.#exchange(request, { ...trace });
    return outcome.outcome === "done" ? outcome : unavailable(outcome.reason);
  }

  async #exchange<Result extends object>(
    { method, path, json, ...rules }: ParticipantRequest<Result>,
    headers: Readonly<Record<string, string>>,
  ): Promise<Outcome<Result>> {
    const deadline = new AbortController();
    // Called off when the call is over, unlike that of AbortSignal.timeout: of a thousand calls a second thousands would be left.
    const timer = setTimeout(() => deadline.abort(new DOMException("", "TimeoutError")), this.#callTimeoutMs);
    try {
      const { signal } = deadline;
      const response = await this.#ky(path, { method, headers, signal, ...(json && { json }) });
      const reply = await readReply(response);
      if (isMisconfiguration(reply, rules.own404)) {
        const call = { method: method.toUpperCase(), url: response.url, status: reply.status };
        log.warn("Misconfiguration: {method} {url} was answered {status}; check the participant's URL and access", call);
      }
      return classify(reply, rules);
    } catch (error) {
      return classifyFailure(error, this.#callTimeoutMs);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function readReply(response: Response): Promise<Reply> {
  const retryAfterMs = readRetryAfter(response.headers);
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
  return {
    status: response.status,
    text: await readText(response),
    isProblem,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** The reply is larger than any that a participant promises. */
class OversizedReply extends Error {
  override readonly name = "OversizedReply";
}

async function readText({ body }: Response): Promise<string> {
  if (!body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > REPLY_BYTES_MAX) throw new OversizedReply(`the reply has more than ${REPLY_BYTES_MAX} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Seconds, or a date (RFC 9110, 10.2.3); undefined where there is none that can be read. */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  // Only the format that RFC 9110 wants: Date.parse would take "-5" and "1.5" for years.
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Only where no connection came about did the request certainly have no effect; every other failure is in doubt. */
function classifyFailure(error: unknown, callTimeoutMs: number): Outcome<never> {
  const cause = deepestCause(error);
  if (cause instanceof Error && cause.name === "TimeoutError") return unknown(`no answer within ${callTimeoutMs} ms`);
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (isConnectFailure(cause, reason)) return unavailable(`no connection: ${tersely(reason)}`);
  return unknown(`no whole answer: ${tersely(reason)}`);
}

/** Deno says in words what failed, Node by a code. Some low ports are refused by fetch itself. */
function isConnectFailure(cause: unknown, reason: string): boolean {
  if (reason.includes("client error (Connect)") || /are blocked$|^bad port$/.test(reason)) return true;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN";
}

/** Without the preamble of Deno's errors, which repeats the address. */
function tersely(reason: string): string {
  return reason.replace(/^error sending request .*?: client error \(\w+\): /, "");
}

function deepestCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? deepestCause(error.cause) : error;
}
