import { InvocationIdParser, RestatePromise, type WorkflowSharedContext } from "@restatedev/restate-sdk";
import type { Controller } from "saga-core";
import { isOperation, readEvent } from "saga-core/engine";
import { messageOf } from "../message-of.ts";
import { type OperationRequest, signalledOperationSchema, type Verdict, verdictSchema } from "../objects/messages.ts";
import { OPERATION_SIGNAL } from "../objects/operation-signal.ts";
import { RECORD_KEY, readRecord } from "../objects/saga-record.ts";
import { timings } from "../timings.ts";

/** Why this is no operation: an unreadable one must not get into the journal of a saga. */
export function findProblem(controller: Controller, operation: unknown): string | undefined {
  try {
    const event = readEvent(controller, operation);
    return isOperation(event) ? undefined : `${event.type} is no operation`;
  } catch (error) {
    return messageOf(error);
  }
}

/** Signals an operation to the saga's workflow until it answers, and returns the verdict. */
export async function sendOperation(
  context: WorkflowSharedContext,
  { operation, invocation: cached }: OperationRequest,
): Promise<Verdict> {
  const reply = context.awakeable<unknown>();
  const id = context.rand.uuidv4();
  for (let sends = 0; sends < timings.operationSendsMax; sends += 1) {
    const raw = await context.get<unknown>(RECORD_KEY);
    const record = raw === null ? undefined : readRecord(context.key, raw);
    if (record?.status === "completed" || record?.status === "cancelled") {
      return { allowed: false, reason: `the saga has ended: it is ${record.status}` };
    }
    const invocation = record?.invocation ?? cached;
    if (invocation !== undefined) {
      const signal = signalledOperationSchema.parse({ id, operation, reply: reply.id });
      context.invocation(InvocationIdParser.fromString(invocation)).signal(OPERATION_SIGNAL).resolve(signal);
    }
    const verdict = await RestatePromise.race([
      reply.promise.map((answer) => verdictSchema.parse(answer)),
      context.sleep(timings.operationResendMs).map((): undefined => undefined),
    ]);
    if (verdict) return verdict;
  }
  return { allowed: "no-answer" };
}
