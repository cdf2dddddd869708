import { InvocationIdParser, RestatePromise, type WorkflowSharedContext } from "@restatedev/restate-sdk";
import type { Controller } from "saga-core";
import { hasWaits } from "saga-core/engine";
import { z } from "zod";
import { messageOf } from "../message-of.ts";
import { json } from "../objects/json-serde.ts";
import { type OperationRequest, signalledOperationSchema, type Verdict, verdictSchema } from "../objects/messages.ts";
import { OPERATION_SIGNAL } from "../objects/operation-signal.ts";
import { RECORD_KEY, readRecord } from "../objects/saga-record.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import { timings } from "../timings.ts";
import { decideAfterEnd, type LaterEvents } from "./ended-saga.ts";
import { readFromOutside } from "./judge.ts";

/** Why this is no operation: an unreadable one must not get into the journal of a saga. */
export function findProblem(controller: Controller, operation: unknown): string | undefined {
  try {
    readFromOutside(controller, operation);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

interface SenderPorts {
  readonly controller: Controller;
  readonly names: Pick<ServiceNames, "later">;
}

/** Signals an operation to the saga's workflow until it answers, and returns the verdict. After the saga's end it is decided here. */
export async function sendOperation(
  context: WorkflowSharedContext,
  { controller, names }: SenderPorts,
  { operation, invocation: cached }: OperationRequest,
): Promise<Verdict> {
  const reply = context.awakeable<unknown>();
  const id = context.rand.uuidv4();
  for (let sends = 0; sends < timings.operationSendsMax; sends += 1) {
    const raw = await context.get<unknown>(RECORD_KEY);
    const record = raw === null ? undefined : readRecord(context.key, raw);
    if (record?.status === "completed" || record?.status === "cancelled") {
      if (!hasWaits(controller)) return { allowed: false, reason: `the saga has ended: it is ${record.status}` };
      const ended = { id: context.key, get: (key: string) => context.get<unknown>(key), later: laterOf(context, names) };
      return await decideAfterEnd(ended, controller, readFromOutside(controller, operation));
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

/** What came for the saga after its end, as an object of its own keeps it. */
export function laterOf(context: WorkflowSharedContext, { later: service }: Pick<ServiceNames, "later">): LaterEvents {
  const { key } = context;
  const call = async (method: string, parameter: unknown): Promise<unknown> =>
    await context.genericCall<unknown, unknown>({ service, key, method, parameter, inputSerde: json, outputSerde: json });
  return {
    read: async () => z.array(z.unknown()).parse(await call("look", null)),
    append: async (event) => z.boolean().parse(await call("append", event)),
  };
}
