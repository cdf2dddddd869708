import type { Controller } from "../definition/controller.ts";
import { readOutcome } from "../definition/read-outcome.ts";
import { parseStable } from "../definition/schema.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { SagaEvent } from "./event.ts";

/** A record that is not what a journal of this definition holds. The message names the member. */
export class UnreadableEvent extends Error {
  override readonly name = "UnreadableEvent";
}

/**
 * Reads an event back from a journal. The input and what the steps gave are validated against the definition's schemas, never cast.
 *
 * @throws UnreadableEvent, or SchemaError or TypeError where the data does not fit the definition.
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
    case "parked":
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
    input: parseStable(controller.input, record["input"], `the input of ${controller.name}`),
    policy: {
      attemptsMax: readNumber(policy, "attemptsMax"),
      backoffMsBase: readNumber(policy, "backoffMsBase"),
      backoffMsMax: readNumber(policy, "backoffMsMax"),
      retryAfterMsMax: readNumber(policy, "retryAfterMsMax"),
      deadlineMs: readNumber(policy, "deadlineMs"),
      giveUpMs: readNumber(policy, "giveUpMs"),
    },
    keyedSteps: readSteps(controller, keyedSteps),
    ...(idempotencyKey !== undefined && { idempotencyKey: readString(record, "idempotencyKey") }),
    ...(trace !== undefined && { trace: readTrace(readObject(trace, "trace")) }),
  };
}

function readSteps(controller: Controller, names: unknown): readonly string[] {
  if (!Array.isArray(names)) return fail("keyedSteps", "a list of steps");
  return names.map(
    (name: unknown) => controller.handlers.find(({ step }) => step === name)?.step ?? fail("keyedSteps", "a list of steps"),
  );
}

function readTrace(trace: JsonObject): { readonly traceparent: string; readonly tracestate?: string } {
  const traceparent = readString(trace, "traceparent");
  return trace["tracestate"] === undefined ? { traceparent } : { traceparent, tracestate: readString(trace, "tracestate") };
}

function readAnswered(controller: Controller, record: JsonObject, at: number): SagaEvent {
  const { action } = record;
  if (action !== "run" && action !== "rollback") return fail("action", '"run" or "rollback"');
  const step = readString(record, "step");
  const handler = controller.handlers.find((candidate) => candidate.step === step);
  if (!handler) return fail("step", `a step of ${controller.name}`);
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
