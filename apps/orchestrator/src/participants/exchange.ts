import { getLogger } from "@logtape/logtape";
import { type Attempt, type Outcome, type Participant, type ReadAttempt, unavailable, unknown } from "saga-core";
import { messageOf } from "../message-of.ts";
import { classify, isMisconfiguration } from "./classify.ts";
import { type HttpClient, type HttpReply, type HttpRequest, NotSent, UselessReply } from "./http-client.ts";
import { KeptConnections } from "./kept-connections.ts";
import { ownConnection } from "./own-connection.ts";
import type { Reply, ReplyRules } from "./reply.ts";

export interface ParticipantOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly keyed: boolean;
  /** How long it keeps its first answer to a key, in milliseconds. Absent: without end. */
  readonly keyRetentionMs?: number;
  /** The deadline of a call, in milliseconds: from its first request to the last byte of its last reply. */
  readonly callTimeoutMs: number;
  /**
   * Whether calls use connections that are kept. Only for a keyed participant: a kept connection that is cut while a request is on its way
   * puts a call in doubt (ADR 6). Default: false.
   */
  readonly keepsConnections?: boolean;
}

/** What a definition declares about the participant (rule 2). */
export function participantOf(name: string, { keyed, keyRetentionMs, callTimeoutMs }: ParticipantOptions): Participant {
  return { name, keyed, callTimeoutMs, ...(keyRetentionMs !== undefined && { keyRetentionMs }) };
}

interface ParticipantRequest<Result extends object> extends ReplyRules<Result> {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly json?: object;
}

const log = getLogger(["orchestrator", "participants"]);

/**
 * HTTP calls to one participant. Each ends when the attempt's signal is aborted, and has a limit on the size of its reply; none follows a
 * redirect or is repeated.
 */
export class Exchange {
  readonly #url: string;
  readonly #send: HttpClient;
  readonly #kept: KeptConnections | undefined;

  constructor({ url, keepsConnections = false }: Pick<ParticipantOptions, "url" | "keepsConnections">) {
    this.#url = url;
    const kept = keepsConnections ? new KeptConnections(url) : undefined;
    this.#kept = kept;
    this.#send = kept ? (request) => kept.send(request) : ownConnection;
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

  /** Closes the connections that are kept. Make no call after it. */
  async close(): Promise<void> {
    await this.#kept?.close();
  }

  async #exchange<Result extends object>(
    { method, path, json, ...rules }: ParticipantRequest<Result>,
    headers: Readonly<Record<string, string>>,
    { signal }: ReadAttempt,
  ): Promise<Outcome<Result>> {
    const url = `${this.#url}/${path}`;
    const accepted = { accept: "application/json", ...headers };
    const body = json && { headers: { ...accepted, "content-type": "application/json" }, body: JSON.stringify(json) };
    try {
      const reply = replyOf(await this.#send({ method, url, headers: accepted, ...body, signal }));
      if (isMisconfiguration(reply, rules.own404)) {
        const call = { method, url, status: reply.status };
        log.warn("Misconfiguration: {method} {url} was answered {status}; check the participant's URL and access", call);
      }
      return afterAnswer(classify(reply, rules));
    } catch (error) {
      if (error instanceof UselessReply) return afterAnswer(classifyFailure(error));
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

function replyOf({ status, text, header }: HttpReply): Reply {
  const retryAfterMs = readRetryAfter(header("retry-after"));
  const isProblem = header("content-type")?.startsWith("application/problem+json") ?? false;
  return { status, text, isProblem, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Reads seconds or a date (RFC 9110, 10.2.3); undefined if the header is missing or malformed. */
function readRetryAfter(header: string | undefined): number | undefined {
  const value = header?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  // Only the format of RFC 9110: Date.parse would read "-5" and "1.5" as years.
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Without a connection, the request certainly had no effect. After any other failure its effect is in doubt (rule 1). */
function classifyFailure(error: unknown): Outcome<never> {
  const reason = messageOf(error);
  return error instanceof NotSent ? unavailable(`no connection: ${reason}`) : unknown(`no complete reply: ${reason}`);
}
