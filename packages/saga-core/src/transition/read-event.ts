import type { CallKind } from "../definition/attempt.ts";
import type { SagaContext } from "../definition/context.ts";
import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import { patienceMembers, type StepPatience } from "../definition/patience.ts";
import { readOutcome } from "../definition/read-outcome.ts";
import { parseStable } from "../definition/schema.ts";
import type { StepTerms } from "../definition/terms.ts";
import type { Turn } from "../definition/turn.ts";
import type { JsonObject } from "../json.ts";
import type { Compacted, Failure, SagaEvent, Started } from "./event.ts";
import { readSignal, readWaitEvent } from "./read-wait-event.ts";
import { readWaitTerms } from "./read-wait-terms.ts";
import { fail, readNote, readNumber, readObject, readString, UnreadableEvent } from "./record-members.ts";
import type { LastError, StepProgress } from "./saga.ts";

/**
 * Reads an event back from a journal. The input and the steps' results are validated against the definition's schemas, never cast.
 *
 * @throws UnreadableEvent if a member is missing or wrong; SchemaError or TypeError if the data does not fit the definition.
 */
export function readEvent(controller: Controller, raw: unknown): SagaEvent {
  const record = readObject(raw, "the record");
  const at = readNumber(record, "at");
  switch (record["type"]) {
    case "started":
      return readStarted(controller, record, at);
    case "answered":
      return readAnswered(controller, record, at);
    case "id-reused":
      return { type: "id-reused", at, step: readHandler(controller, record).step, holder: readString(record, "holder") };
    case "woken":
    case "pivot-recorded":
    case "parked":
      return { type: record["type"], at };
    case "closing-recorded":
      return { type: "closing-recorded", at, ...(record["turn"] !== undefined && { turn: readTurn(record["turn"]) }) };
    case "resumed":
      return { type: "resumed", at, ...(record["isBehind"] === true && { isBehind: true }) };
    case "cancel-requested":
    case "retry-requested":
      return { type: record["type"], at, ...readNote(record) };
    case "resolved":
      return readResolved(controller, record, at);
    case "signalled":
    case "wait-ended":
    case "acknowledged":
    case "correlation-refused":
      return readWaitEvent(controller, record, at);
    case "compacted":
      return readCompacted(controller, record, at);
    default:
      throw new UnreadableEvent(`its type ${JSON.stringify(record["type"])} is unknown to this version`);
  }
}

function readStarted(controller: Controller, record: JsonObject, at: number): Started {
  const policy = readObject(record["policy"], "policy");
  const { idempotencyKey, owner, context, secret, trace } = record;
  return {
    type: "started",
    at,
    id: readString(record, "id"),
    definition: readString(record, "definition"),
    version: readNumber(record, "version"),
    input: parseStable(controller.recordedInput, record["input"], `the input of ${controller.name}`),
    policy: {
      attemptsMax: readNumber(policy, "attemptsMax"),
      backoffMsBase: readNumber(policy, "backoffMsBase"),
      backoffMsMax: readNumber(policy, "backoffMsMax"),
      retryAfterMsMax: readNumber(policy, "retryAfterMsMax"),
      deadlineMs: readNumber(policy, "deadlineMs"),
      giveUpMs: readNumber(policy, "giveUpMs"),
    },
    fingerprint: readString(record, "fingerprint"),
    terms: readTerms(controller, record["terms"]),
    ...(record["rules"] !== undefined && { rules: readRules(record["rules"]) }),
    ...(idempotencyKey !== undefined && { idempotencyKey: readString(record, "idempotencyKey") }),
    ...(owner !== undefined && { owner: readString(record, "owner") }),
    ...(context !== undefined && { context: readRecordedContext(readObject(context, "context")) }),
    ...(secret !== undefined && { secret: readSecret(secret) }),
    ...(trace !== undefined && { trace: readTrace(readObject(trace, "trace")) }),
  };
}

/**
 * Reads the context of a start. A later version of its definition may take another one: the recorded one stays.
 *
 * @throws UnreadableEvent
 */
export function readRecordedContext(context: JsonObject): SagaContext {
  const { tenant, user, headers } = context;
  return {
    ...(tenant !== undefined && { tenant: readString(context, "tenant") }),
    ...(user !== undefined && { user: readString(context, "user") }),
    ...(headers !== undefined && { headers: readHeaders(readObject(headers, "headers")) }),
  };
}

function readHeaders(headers: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, readString(headers, name)]));
}

/**
 * Reads the members that were secret at a saga's start.
 *
 * @throws UnreadableEvent
 */
export function readSecret(secret: unknown): readonly string[] {
  if (!Array.isArray(secret)) return fail("secret", "a list of texts");
  return secret.map((path: unknown) => (typeof path === "string" ? path : fail("secret", "a list of texts")));
}

/** A later release may have others: the records of its sagas do not mean here what they meant there. */
function readRules(rules: unknown): 2 {
  return rules === 2 ? rules : fail("rules", "2");
}

function readTurn(raw: unknown): Turn {
  const turn = readObject(raw, "turn");
  const { cause } = turn;
  if (cause !== "rejected" && cause !== "unavailable" && cause !== "deadline" && cause !== "cancelled" && cause !== "timeout")
    return fail("cause", '"rejected", "unavailable", "deadline", "cancelled" or "timeout"');
  return { cause, step: readString(turn, "step"), reason: readString(turn, "reason") };
}

function readTerms(controller: Controller, all: unknown): readonly StepTerms[] {
  if (!Array.isArray(all) || all.length !== controller.handlers.length) return fail("terms", "a list of the steps' terms");
  return controller.handlers.map(({ step }, index) => {
    const terms = readObject(all[index], "terms");
    const { keyed, orphanIsHarmless, wait } = terms;
    if (terms["step"] !== step || typeof keyed !== "boolean" || typeof orphanIsHarmless !== "boolean") {
      return fail("terms", `the terms of "${step}" in the place of that step`);
    }
    return {
      step,
      keyed,
      ...(terms["keyRetentionMs"] !== undefined && { keyRetentionMs: readNumber(terms, "keyRetentionMs") }),
      arrivesWithinMs: readNumber(terms, "arrivesWithinMs"),
      orphanIsHarmless,
      ...(wait !== undefined && { wait: readWaitTerms(readObject(wait, "wait")) }),
      ...(terms["refusedRollback"] === "go-on" && { refusedRollback: "go-on" }),
      ...(terms["patience"] !== undefined && { patience: readPatience(readObject(terms["patience"], "patience")) }),
    };
  });
}

function readPatience(patience: JsonObject): StepPatience {
  return Object.fromEntries(
    patienceMembers.flatMap((member) => (member in patience ? [[member, readNumber(patience, member)]] : [])),
  );
}

function readTrace(trace: JsonObject): { readonly traceparent: string; readonly tracestate?: string } {
  const traceparent = readString(trace, "traceparent");
  return trace["tracestate"] === undefined ? { traceparent } : { traceparent, tracestate: readString(trace, "tracestate") };
}

function readAnswered(controller: Controller, record: JsonObject, at: number): SagaEvent {
  const action = readCallKind(record);
  const handler = readHandler(controller, record);
  const { step } = handler;
  return {
    type: "answered",
    at,
    step,
    action,
    attempt: readNumber(record, "attempt"),
    random: readNumber(record, "random"),
    outcome: readOutcome(record["outcome"], handler, action),
    ...(record["sentAt"] !== undefined && { sentAt: readNumber(record, "sentAt") }),
  };
}

function readResolved(controller: Controller, record: JsonObject, at: number): SagaEvent {
  const handler = readHandler(controller, record);
  const { applied, action } = record;
  if (typeof applied !== "boolean") return fail("applied", "a boolean");
  if (action !== "run" && action !== "rollback") return fail("action", '"run" or "rollback"');
  const gave = applied && action === "run";
  const result = gave ? parseStable(handler.gives, record["result"], `the result of "${handler.step}"`) : {};
  return { type: "resolved", at, step: handler.step, action, applied, result, ...readNote(record) };
}

function readCompacted(controller: Controller, record: JsonObject, at: number): Compacted {
  const handler = readHandler(controller, record);
  const { step } = handler;
  const progress = readProgress(handler, readObject(record["progress"], "progress"));
  if (progress.step !== step) return fail("progress", `the progress of "${step}"`);
  return {
    type: "compacted",
    at,
    records: readNumber(record, "records"),
    step,
    action: readCallKind(record),
    progress,
    barrier: readNumber(record, "barrier"),
    first: readFailure(readObject(record["first"], "first")),
    last: readFailure(readObject(record["last"], "last")),
    count: readNumber(record, "count"),
  };
}

function readFailure(failure: JsonObject): Failure {
  const { outcome } = failure;
  if (outcome !== "unavailable" && outcome !== "unknown") return fail("outcome", '"unavailable" or "unknown"');
  return {
    at: readNumber(failure, "at"),
    attempt: readNumber(failure, "attempt"),
    outcome,
    reason: readString(failure, "reason"),
  };
}

/** Only a step that waits for its next attempt, or whose attempt is under way, has failures to compact. */
function readProgress(handler: AnyHandler, progress: JsonObject): StepProgress {
  const { status, calling, lastError, signal } = progress;
  if (status !== "running" && status !== "unknown" && status !== "undoing")
    return fail("status", '"running", "unknown" or "undoing"');
  if (typeof calling !== "boolean") return fail("calling", "a boolean");
  return {
    step: readString(progress, "step"),
    status,
    attempts: readNumber(progress, "attempts"),
    calling,
    ...(lastError !== undefined && { lastError: readLastError(readObject(lastError, "lastError")) }),
    ...readInstants(progress),
    // The rollback of a wait is repeated too.
    ...(signal !== undefined && { signal: readSignal(handler, readObject(signal, "signal")) }),
  };
}

function readLastError(lastError: JsonObject): LastError {
  const { outcome } = lastError;
  if (outcome !== "rejected" && outcome !== "unavailable" && outcome !== "unknown")
    return fail("outcome", '"rejected", "unavailable" or "unknown"');
  return { outcome, reason: readString(lastError, "reason") };
}

const instants = [
  "inDoubtSince",
  "firstFailedAt",
  "firstInDoubtAt",
  "calledAt",
  "notSentBefore",
  "firstCalledAt",
  "nextAttemptAt",
] as const satisfies readonly (keyof StepProgress)[];

function readInstants(progress: JsonObject): Pick<StepProgress, (typeof instants)[number]> {
  const read: { -readonly [Name in (typeof instants)[number]]?: number } = {};
  for (const name of instants) if (progress[name] !== undefined) read[name] = readNumber(progress, name);
  return read;
}

function readCallKind({ action }: JsonObject): CallKind {
  if (action !== "run" && action !== "rollback" && action !== "probe") return fail("action", '"run", "rollback" or "probe"');
  return action;
}

function readHandler(controller: Controller, record: JsonObject): AnyHandler {
  const step = readString(record, "step");
  return controller.handlers.find((candidate) => candidate.step === step) ?? fail("step", `a step of ${controller.name}`);
}
