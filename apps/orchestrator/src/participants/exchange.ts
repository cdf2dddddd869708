import { getLogger } from "@logtape/logtape";
import ky, { type KyInstance } from "ky";
import { type Attempt, type Outcome, type Participant, type ReadAttempt, unavailable, unknown } from "saga-core";
import { messageOf } from "../message-of.ts";
import { classify, isMisconfiguration } from "./classify.ts";
import { fetchOnce } from "./fetch-once.ts";
import type { Reply, ReplyRules } from "./reply.ts";

export interface ParticipantOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly keyed: boolean;
  /** How long it keeps its first answer to a key, in milliseconds. Absent: without end. */
  readonly keyRetentionMs?: number;
  /** The deadline of a call, in milliseconds: from its first request to the last byte of its last reply. */
  readonly callTimeoutMs: number;
}

/** What a definition declares about the participant (rule 2). */
export function participantOf(name: string, { keyed, keyRetentionMs, callTimeoutMs }: ParticipantOptions): Participant {
  return { name, keyed, callTimeoutMs, ...(keyRetentionMs !== undefined && { keyRetentionMs }) };
}

interface ParticipantRequest<Result extends object> extends ReplyRules<Result> {
  readonly method: "get" | "post" | "put" | "delete";
  readonly path: string;
  readonly json?: object;
}

const log = getLogger(["orchestrator", "participants"]);

const REPLY_BYTES_MAX = 65_536;

/**
 * HTTP calls to one participant. Each ends when the attempt's signal is aborted, and has a limit on the size of its reply; none follows a
 * redirect or is repeated.
 */
export class Exchange {
  readonly #ky: KyInstance;

  constructor({ url }: Pick<ParticipantOptions, "url">) {
    this.#ky = ky.create({
      prefix: url,
      // Only the engine decides whether to repeat a call.
      retry: 0,
      throwHttpErrors: false,
      redirect: "manual",
      // The attempt's signal also covers reading the body; ky's own timeout does not.
      timeout: false,
      fetch: fetchOnce,
      headers: { accept: "application/json", connection: "close" },
    });
  }

  /** Makes a call that may have an effect, with the attempt's key (rule 2). */
  async send<Result extends object>(request: ParticipantRequest<Result>, attempt: Attempt): Promise<Outcome<Result>> {
    return await this.#exchange(request, { "idempotency-key": `"${attempt.key}"`, ...attempt.trace }, attempt);
  }

  /** Makes a call that changes nothing. It carries no key, and its failure is always `unavailable`, because it had no effect. */
  async read<Result extends object>(request: ParticipantRequest<Result>, attempt: ReadAttempt): Promise<Outcome<Result>> {
    const outcome = await this.#exchange(request, { ...attempt.trace }, attempt);
    if (outcome.outcome === "done") return outcome;
    const isAnswered = outcome.outcome === "rejected" || outcome.answered;
    return unavailable(outcome.reason, isAnswered ? { answered: true } : {});
  }

  async #exchange<Result extends object>(
    { method, path, json, ...rules }: ParticipantRequest<Result>,
    headers: Readonly<Record<string, string>>,
    { signal }: ReadAttempt,
  ): Promise<Outcome<Result>> {
    try {
      const response = await this.#ky(path, { method, headers, signal, ...(json && { json }) });
      const reply = await readReply(response);
      if (isMisconfiguration(reply, rules.own404)) {
        const call = { method: method.toUpperCase(), url: response.url, status: reply.status };
        log.warn("Misconfiguration: {method} {url} was answered {status}; check the participant's URL and access", call);
      }
      return afterAnswer(classify(reply, rules));
    } catch (error) {
      if (error instanceof OversizedReply) return afterAnswer(classifyFailure(error));
      // After the deadline any failure is taken for the deadline's.
      return signal.aborted ? unknown(messageOf(signal.reason)) : classifyFailure(error);
    }
  }
}

/** A reply arrived: the participant is alive, whatever the outcome. */
function afterAnswer<Result extends object>(outcome: Outcome<Result>): Outcome<Result> {
  switch (outcome.outcome) {
    case "done":
    case "rejected":
      return outcome;
    case "unavailable":
    case "unknown":
      return { ...outcome, answered: true };
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

/** The reply is larger than any promised one. */
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

/** Reads seconds or a date (RFC 9110, 10.2.3); undefined if the header is missing or malformed. */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  // Only the format of RFC 9110: Date.parse would read "-5" and "1.5" as years.
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Without a connection, the request certainly had no effect. After any other failure its effect is in doubt (rule 1). */
function classifyFailure(error: unknown): Outcome<never> {
  const cause = deepestCause(error);
  const reason = messageOf(cause);
  if (isConnectFailure(cause, reason)) return unavailable(`no connection: ${withoutPreamble(reason)}`);
  return unknown(`no complete reply: ${withoutPreamble(reason)}`);
}

/** Deno names the failure in the message, Node in a code. fetch itself refuses some low ports. */
function isConnectFailure(cause: unknown, reason: string): boolean {
  if (reason.includes("client error (Connect)") || /are blocked$|^bad port$/.test(reason)) return true;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN";
}

/** Removes the preamble of Deno's errors, which repeats the address. */
function withoutPreamble(reason: string): string {
  return reason.replace(/^error sending request .*?: client error \(\w+\): /, "");
}

function deepestCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? deepestCause(error.cause) : error;
}
