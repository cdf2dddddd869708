import type { Controller } from "../definition/controller.ts";
import { parse } from "../definition/schema.ts";
import { isJsonObject, type JsonObject, throughJson } from "../json.ts";
import type { SagaEvent } from "./event.ts";

/** A record that is not what a journal of this definition holds. The message names the member. */
export class UnreadableEvent extends Error {
  override readonly name = "UnreadableEvent";
}

/**
 * Reads an event back from a journal. The input and what the steps gave are validated against the definition's schemas, never cast.
 *
 * @throws UnreadableEvent, or SchemaError where the data does not fit the definition.
 */
export function readEvent(controller: Controller, raw: unknown): SagaEvent {
  const record = readObject(raw, "the record");
  const at = readNumber(record, "at");
  switch (record["type"]) {
    case "started":
      return readStarted(controller, record, at);
    case "answered":
      return readAnswered(controller, record, at);
    case "woken":
    case "pivot-recorded":
    case "closing-recorded":
    case "resumed":
      return { type: record["type"], at };
    default:
      throw new UnreadableEvent(`its type ${JSON.stringify(record["type"])} is none that this version knows`);
  }
}

function readStarted(controller: Controller, record: JsonObject, at: number): SagaEvent {
  const policy = readObject(record["policy"], "policy");
  const keyedSteps = record["keyedSteps"];
  const { idempotencyKey, trace } = record;
  return {
    type: "started",
    at,
    id: readString(record, "id"),
    definition: readString(record, "definition"),
    version: readNumber(record, "version"),
    input: readObject(throughJson(parse(controller.input, record["input"], `the input of ${controller.name}`)), "input"),
    policy: {
      attemptsMax: readNumber(policy, "attemptsMax"),
      backoffMsBase: readNumber(policy, "backoffMsBase"),
      backoffMsMax: readNumber(policy, "backoffMsMax"),
      retryAfterMsMax: readNumber(policy, "retryAfterMsMax"),
      deadlineMs: readNumber(policy, "deadlineMs"),
      giveUpMs: readNumber(policy, "giveUpMs"),
    },
    keyedSteps: Array.isArray(keyedSteps) ? keyedSteps.map(String) : fail("keyedSteps", "a list of step names"),
    ...(idempotencyKey !== undefined && { idempotencyKey: readString(record, "idempotencyKey") }),
    ...(trace !== undefined && { trace: readTrace(readObject(trace, "trace")) }),
  };
}

function readTrace(trace: JsonObject): { readonly traceparent: string; readonly tracestate?: string } {
  const traceparent = readString(trace, "traceparent");
  return trace["tracestate"] === undefined ? { traceparent } : { traceparent, tracestate: readString(trace, "tracestate") };
}

function readAnswered(controller: Controller, record: JsonObject, at: number): SagaEvent {
  const { action } = record;
  if (action !== "run" && action !== "rollback") return fail("action", '"run" or "rollback"');
  const step = readString(record, "step");
  return {
    type: "answered",
    at,
    step,
    action,
    attempt: readNumber(record, "attempt"),
    random: readNumber(record, "random"),
    outcome: readOutcome(readObject(record["outcome"], "outcome"), (result) => {
      const handler = controller.handlers.find((candidate) => candidate.step === step);
      if (!handler) return fail("step", `a step of ${controller.name}`);
      return action === "rollback"
        ? {}
        : readObject(throughJson(parse(handler.gives, result, `the result of ${step}`)), "result");
    }),
  };
}

type Answer = Extract<SagaEvent, { readonly type: "answered" }>["outcome"];

function readOutcome(outcome: JsonObject, readResult: (result: unknown) => JsonObject): Answer {
  switch (outcome["outcome"]) {
    case "done":
      return { outcome: "done", result: readResult(outcome["result"]) };
    case "rejected":
      return { outcome: "rejected", reason: readString(outcome, "reason") };
    case "unavailable":
    case "unknown": {
      const { retryAfterMs, defect } = outcome;
      return {
        outcome: outcome["outcome"],
        reason: readString(outcome, "reason"),
        ...(retryAfterMs !== undefined && { retryAfterMs: readNumber(outcome, "retryAfterMs") }),
        ...(outcome["outcome"] === "unknown" && defect === true && { defect }),
      };
    }
    default:
      return fail("outcome", '"done", "rejected", "unavailable" or "unknown"');
  }
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
