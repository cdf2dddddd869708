import type { Controller } from "../definition/controller.ts";
import { type AnyHandler, isWait } from "../definition/handler.ts";
import { readOutcome } from "../definition/read-outcome.ts";
import type { AnyWaitHandler } from "../definition/wait-handler.ts";
import type { JsonObject } from "../json.ts";
import type { Acknowledged, CorrelationRefused, Signalled, WaitEnded } from "./event.ts";
import { fail, readNote, readNumber, readString } from "./record-members.ts";
import type { KnownSignal } from "./saga.ts";

/** Reads an event of a step that waits back from a journal, as `readEvent` does. */
export function readWaitEvent(
  controller: Controller,
  record: JsonObject,
  at: number,
): Signalled | WaitEnded | Acknowledged | CorrelationRefused {
  switch (record["type"]) {
    case "signalled":
      return readSignalled(readWait(controller, record), record);
    case "wait-ended":
      return { type: "wait-ended", at, step: readWait(controller, record).step, ...readNote(record) };
    case "acknowledged":
      return { type: "acknowledged", at, ...readNote(record) };
    case "correlation-refused": {
      const { step } = readWait(controller, record);
      return { type: "correlation-refused", at, step, holder: readString(record, "holder") };
    }
    default:
      return fail("type", "one of a step that waits");
  }
}

function readSignalled(handler: AnyWaitHandler, record: JsonObject): Signalled {
  return { type: "signalled", step: handler.step, ...readSignal(handler, record) };
}

/** A signal as a record has it. */
export function readSignal(handler: AnyHandler, record: JsonObject): KnownSignal {
  const outcome = readOutcome(record["outcome"], handler, "run");
  if (outcome.outcome !== "done" && outcome.outcome !== "rejected") return fail("outcome", '"done" or "rejected"');
  const { key, by } = record;
  return {
    at: readNumber(record, "at"),
    outcome,
    ...(key !== undefined && { key: readString(record, "key") }),
    ...(by !== undefined && { by: readString(record, "by") }),
  };
}

function readWait(controller: Controller, record: JsonObject): AnyWaitHandler {
  const step = readString(record, "step");
  const handler = controller.handlers.find((candidate) => candidate.step === step);
  return handler && isWait(handler) ? handler : fail("step", `a step of ${controller.name} that waits`);
}
