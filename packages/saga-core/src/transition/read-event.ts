import type { CallKind } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import { readOutcome } from "../definition/read-outcome.ts";
import { parseStable } from "../definition/schema.ts";
import type { StepTerms } from "../definition/terms.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Compacted, Failure, OperatorNote, SagaEvent, Started } from "./event.ts";
import type { LastError, StepProgress } from "./saga.ts";

/** Thrown for a record that does not fit the definition. The message names the wrong member. */
export class UnreadableEvent extends Error {
  override readonly name = "UnreadableEvent";
}

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
    case "closing-recorded":
    case "parked":
      return { type: record["type"], at };
    case "resumed":
      return { type: "resumed", at, ...(record["isBehind"] === true && { isBehind: true }) };
    case "cancel-requested":
    case "retry-requested":
      return { type: record["type"], at, ...readNote(record) };
    case "resolved":
      return readResolved(controller, record, at);
    case "compacted":
      return readCompacted(controller, record, at);
    default:
      throw new UnreadableEvent(`its type ${JSON.stringify(record["type"])} is unknown to this version`);
  }
}

function readStarted(controller: Controller, record: JsonObject, at: number): Started {
  const policy = readObject(record["policy"], "policy");
  const { idempotencyKey, trace } = record;
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
    ...(idempotencyKey !== undefined && { idempotencyKey: readString(record, "idempotencyKey") }),
    ...(trace !== undefined && { trace: readTrace(readObject(trace, "trace")) }),
  };
}

function readTerms(controller: Controller, all: unknown): readonly StepTerms[] {
  if (!Array.isArray(all) || all.length !== controller.handlers.length) return fail("terms", "a list of the steps' terms");
  return controller.handlers.map(({ step }, index) => {
    const terms = readObject(all[index], "terms");
    const { keyed, orphanIsHarmless } = terms;
    if (terms["step"] !== step || typeof keyed !== "boolean" || typeof orphanIsHarmless !== "boolean") {
      return fail("terms", `the terms of "${step}" in the place of that step`);
    }
    return {
      step,
      keyed,
      ...(terms["keyRetentionMs"] !== undefined && { keyRetentionMs: readNumber(terms, "keyRetentionMs") }),
      arrivesWithinMs: readNumber(terms, "arrivesWithinMs"),
      orphanIsHarmless,
    };
  });
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
  const { step } = readHandler(controller, record);
  const progress = readProgress(readObject(record["progress"], "progress"));
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
function readProgress(progress: JsonObject): StepProgress {
  const { status, calling, lastError } = progress;
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
  };
}

function readLastError(lastError: JsonObject): LastError {
  const { outcome } = lastError;
  if (outcome !== "rejected" && outcome !== "unavailable" && outcome !== "unknown")
    return fail("outcome", '"rejected", "unavailable" or "unknown"');
  return { outcome, reason: readString(lastError, "reason") };
}

function readInstants(progress: JsonObject): Pick<StepProgress, "inDoubtSince" | "calledAt" | "nextAttemptAt"> {
  const { inDoubtSince, calledAt, nextAttemptAt } = progress;
  return {
    ...(inDoubtSince !== undefined && { inDoubtSince: readNumber(progress, "inDoubtSince") }),
    ...(calledAt !== undefined && { calledAt: readNumber(progress, "calledAt") }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: readNumber(progress, "nextAttemptAt") }),
  };
}

function readCallKind({ action }: JsonObject): CallKind {
  if (action !== "run" && action !== "rollback" && action !== "probe") return fail("action", '"run", "rollback" or "probe"');
  return action;
}

function readNote(record: JsonObject): OperatorNote {
  return {
    ...(record["by"] !== undefined && { by: readString(record, "by") }),
    ...(record["note"] !== undefined && { note: readString(record, "note") }),
  };
}

function readHandler(controller: Controller, record: JsonObject): AnyHandler {
  const step = readString(record, "step");
  return controller.handlers.find((candidate) => candidate.step === step) ?? fail("step", `a step of ${controller.name}`);
}

function readObject(value: unknown, member: string): JsonObject {
  return isJsonObject(value) ? value : fail(member, "an object");
}

function readString(record: JsonObject, member: string): string {
  const value = record[member];
  return typeof value === "string" ? value : fail(member, "a string");
}

function readNumber(record: JsonObject, member: string): number {
  const value = record[member];
  return typeof value === "number" ? value : fail(member, "a number");
}

function fail(member: string, allowed: string): never {
  throw new UnreadableEvent(`its member "${member}" is not ${allowed}`);
}
