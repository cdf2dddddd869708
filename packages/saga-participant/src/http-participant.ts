import {
  type Attempt,
  type Outcome,
  type Participant,
  type ReadAttempt,
  type Unavailable,
  type Unknown,
  unavailable,
} from "saga-core";
import { baseUrlOf } from "./base-url.ts";
import { type CallRules, isMisconfiguration, type ReplyRules } from "./classify.ts";
import { exchange } from "./exchange.ts";
import { confirm, confirmEmpty } from "./gives.ts";
import type { HttpClient, HttpRequest } from "./http-client.ts";
import { KeptConnections } from "./kept-connections.ts";
import { ownConnection } from "./own-connection.ts";
import type { EffectRequest, GivingRequest, ParticipantRequest, ReadRequest } from "./participant-request.ts";
import type { Reply } from "./reply.ts";
import { badHeaderOf, leadsAway } from "./unsendable.ts";

/** A reply by which the address, token or gateway route is wrong. */
export interface Misconfiguration {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

/** The address of a participant, what it guarantees, and how it refuses. */
export interface HttpParticipantOptions extends Participant, ReplyRules {
  /** Where it is: `https://bank.example/api`. Every path is below it. */
  readonly url: string;
  /** Headers of every call, for example `authorization`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether calls of a keyed participant use connections that are kept. An unkeyed one has a connection for each call, because a kept connection
   * that is cut while a request is on its way puts a call in doubt (ADR 6). Calls on kept connections know no proxies. Default: true.
   */
  readonly keepsConnections?: boolean;
  /** Called when a call is sent: on a `new` connection, or on one that was `kept`. Default: nothing. */
  readonly onConnection?: (kind: "new" | "kept") => void;
  /** Called when a reply says that the address or the access is wrong; the call is `unavailable`. Default: nothing. */
  readonly onMisconfiguration?: (found: Misconfiguration) => void;
}

/**
 * An HTTP service that steps call. It is the `participant` of its handlers, and makes their calls. Each ends when the attempt's signal is aborted,
 * reads at most 64 KiB of a reply, follows no redirect, and is sent at most once: only the engine decides to send it again.
 *
 * It never throws for a reply or a failure: each has one of the four outcomes (rule 1), and what is in doubt is `unknown`.
 *
 * @throws TypeError when `url` is not the URL of an HTTP service, or has a query, a fragment or credentials, or when HTTP allows no such header.
 * @example
 * ```ts
 * import { type Attempt, PivotHandler } from "saga-core";
 * import { HttpParticipant } from "saga-participant";
 * import { z } from "zod";
 *
 * const bank = new HttpParticipant({ name: "bank", url: "http://127.0.0.1:7002", keyed: true, refusals: [402] });
 * const receipt = z.object({ receipt_id: z.int() });
 *
 * export class ChargeCard extends PivotHandler<{ readonly amount: number }, z.output<typeof receipt>> {
 *   override readonly step = "charge-card";
 *   override readonly words = { state: "CHARGING", done: "Charged", failed: "Declined" };
 *   override readonly participant = bank;
 *   override readonly gives = receipt;
 *   override run = ({ amount }: { readonly amount: number }, attempt: Attempt) =>
 *     bank.call({ method: "POST", path: "charges", body: { amount }, gives: receipt }, attempt);
 * }
 * ```
 */
export class HttpParticipant implements Participant {
  readonly name: string;
  readonly keyed: boolean;
  readonly keyRetentionMs?: number;
  readonly arrivesWithinMs?: number;
  readonly callTimeoutMs?: number;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #rules: ReplyRules;
  readonly #onMisconfiguration: (found: Misconfiguration) => void;
  readonly #kept: KeptConnections | undefined;
  readonly #send: HttpClient;

  constructor(options: HttpParticipantOptions) {
    const { name, url, keyed, keyRetentionMs, arrivesWithinMs, callTimeoutMs } = options;
    const { headers = {}, keepsConnections = true, onMisconfiguration = () => undefined } = options;
    const { onConnection = () => undefined } = options;
    this.name = name;
    this.keyed = keyed;
    if (keyRetentionMs !== undefined) this.keyRetentionMs = keyRetentionMs;
    if (arrivesWithinMs !== undefined) this.arrivesWithinMs = arrivesWithinMs;
    if (callTimeoutMs !== undefined) this.callTimeoutMs = callTimeoutMs;
    this.#url = baseUrlOf(name, url);
    const badHeader = badHeaderOf(headers);
    if (badHeader !== undefined) throw new TypeError(`The headers of ${name}: ${badHeader}.`);
    this.#headers = headers;
    this.#rules = rulesOf(options);
    this.#onMisconfiguration = onMisconfiguration;
    const kept = keyed && keepsConnections ? new KeptConnections(url, onConnection) : undefined;
    this.#kept = kept;
    const sendAlone: HttpClient = (request) => {
      onConnection("new");
      return ownConnection(request);
    };
    this.#send = kept ? (request) => kept.send(request) : sendAlone;
  }

  /**
   * Makes the one call of a `run` or `rollback` that may have an effect, with the attempt's key and trace (rule 2). Without `gives` the step gives
   * nothing.
   */
  async call<Result extends object>(request: GivingRequest<Result>, attempt: Attempt): Promise<Outcome<Result>>;
  async call(request: EffectRequest, attempt: Attempt): Promise<Outcome>;
  async call(request: GivingRequest<object> | EffectRequest, attempt: Attempt): Promise<Outcome<object>> {
    const { gives } = request;
    return await this.#exchange(request, attempt, (reply) => (gives ? confirm(reply, gives) : confirmEmpty(reply)));
  }

  /** Makes a call that changes nothing. It carries no key, and what is in doubt is `unavailable`, because it had no effect. */
  async read<Result extends object>(request: ReadRequest<Result>, attempt: ReadAttempt): Promise<Outcome<Result>> {
    const { method = "GET", gives } = request;
    const { signal, trace } = attempt;
    const keyless = { signal, ...(trace && { trace }) };
    const outcome = await this.#exchange({ ...request, method }, keyless, (reply) => confirm(reply, gives));
    return outcome.outcome === "unknown" ? asUnavailable(outcome) : outcome;
  }

  /** Closes the connections that are kept. Make no call after it. */
  async close(): Promise<void> {
    await this.#kept?.close();
  }

  async #exchange<Result extends object>(
    { method, path, body, headers = {}, outcomeOf, ...own }: CallRequest<Result>,
    { signal, trace, key }: Sent,
    confirmBy: CallRules<Result>["confirm"],
  ): Promise<Outcome<Result>> {
    const url = `${this.#url}/${path.replace(/^\/+/, "")}`;
    const rules = { ...this.#rules, ...rulesOf(own), outcomeOf, confirm: confirmBy };
    const protocol = { ...(key !== undefined && { "idempotency-key": `"${key}"` }), ...trace };
    const all = { ...lowerCased(this.#headers), ...lowerCased(headers), ...protocol };
    const unsendable = leadsAway(path) ? "its path has a segment . or .., which leads elsewhere" : badHeaderOf(all);
    // It says nothing about the participant, so other sagas must not queue for it as if there were no answer.
    if (unsendable !== undefined) return unavailable(`nothing was sent: ${unsendable}`, { answered: true });
    const request = { method, url, signal, ...contentOf(all, body) };
    const onReply = (reply: Reply, { outcome }: Outcome<object>) => {
      const isWrong = outcome === "unavailable" && isMisconfiguration(reply, rules);
      if (isWrong) this.#onMisconfiguration({ method, url, status: reply.status });
    };
    return await exchange(request, rules, { send: this.#send, onReply });
  }
}

/** What of an attempt a request carries, or is ended by. */
type Sent = Pick<ReadAttempt, "signal" | "trace"> & Partial<Pick<Attempt, "key">>;

interface CallRequest<Result extends object> extends ParticipantRequest {
  readonly method: HttpRequest["method"];
  readonly outcomeOf?: (reply: Reply) => Outcome<Result> | undefined;
}

/** Only what is given: an absent rule does not replace the participant's. */
function rulesOf({ refusals, own404 }: ReplyRules): ReplyRules {
  return { ...(refusals && { refusals }), ...(own404 && { own404 }) };
}

/** So that no header is sent twice. */
function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function contentOf(headers: Readonly<Record<string, string>>, body: object | undefined): Pick<HttpRequest, "headers" | "body"> {
  const accepting = { ...headers, accept: "application/json" };
  if (!body) return { headers: accepting };
  return { headers: { ...accepting, "content-type": "application/json" }, body: JSON.stringify(body) };
}

function asUnavailable({ reason, retryAfterMs, answered }: Unknown): Unavailable {
  return unavailable(reason, { ...(retryAfterMs !== undefined && { retryAfterMs }), ...(answered && { answered }) });
}
