import { maskText, type Outcome, unavailable, unknown } from "saga-core";
import { type CallRules, classify } from "./classify.ts";
import { type HttpClient, type HttpReply, type HttpRequest, NotSent, UselessReply } from "./http-client.ts";
import { messageOf } from "./message-of.ts";
import { type Reply, replyOf } from "./reply.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** How to send a request, and what to do with each complete reply and its outcome. */
export interface Exchange {
  readonly send: HttpClient;
  /** What no outcome tells: the credential of the call. */
  readonly secrets: readonly string[];
  readonly onReply: (reply: Reply, outcome: Outcome<object>) => void;
}

/** Sends a request once, and gives what came of it one outcome. */
export async function exchange<Result extends object>(
  request: HttpRequest,
  rules: CallRules<Result>,
  { send, secrets, onReply }: Exchange,
): Promise<Outcome<Result>> {
  let reply: HttpReply;
  try {
    reply = await send(request);
  } catch (error) {
    if (error instanceof UselessReply) return afterAnswer(outcomeOfFailure(error, secrets));
    // After the deadline any failure is taken for the deadline's.
    return request.signal.aborted ? unknown(messageOf(request.signal.reason)) : outcomeOfFailure(error, secrets);
  }
  const read = secrets.length === 0 ? replyOf(reply) : withoutSecrets(replyOf(reply), secrets);
  const outcome = afterAnswer(classifySafely(read, rules));
  try {
    onReply(read, outcome);
  } catch (error) {
    // What an author is told changes nothing about what the reply means.
    if (outcome.outcome === "unavailable")
      return { ...outcome, reason: `${outcome.reason}; onMisconfiguration threw: ${messageOf(error)}` };
  }
  return outcome;
}

/** Without a connection, the request certainly had no effect. After any other failure its effect is in doubt (rule 1). */
function outcomeOfFailure(error: unknown, secrets: readonly string[]): Outcome<never> {
  const reason = maskText(messageOf(error), secrets);
  return error instanceof NotSent ? unavailable(`no connection: ${reason}`) : unknown(`no complete reply: ${reason}`);
}

/** A rule of an author may throw. */
function classifySafely<Result extends object>(reply: Reply, rules: CallRules<Result>): Outcome<Result> {
  try {
    return classify(reply, rules);
  } catch (error) {
    return unknown(`${reply.about}: the reply cannot be read: ${messageOf(error)}`);
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
