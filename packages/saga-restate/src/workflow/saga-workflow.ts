import {
  InvocationIdParser,
  RestatePromise,
  TerminalError,
  type WorkflowContext,
  type WorkflowSharedContext,
  workflow,
} from "@restatedev/restate-sdk";
import {
  type Controller,
  ImpossibleEvent,
  isOperation,
  type Policy,
  readEvent,
  type Saga,
  SchemaError,
  UnreadableEvent,
} from "saga-core";
import { z } from "zod";
import {
  askedSchema,
  DRIVER_VERSION,
  type Request,
  requestSchema,
  type Verdict,
  verdictSchema,
  type WorkflowInput,
  workflowInputSchema,
} from "../objects/messages.ts";
import { OPERATION_SIGNAL } from "../objects/operation-signal.ts";
import { partKey, RECORD_KEY, readRecord } from "../objects/saga-record.ts";
import { toForget } from "../objects/saga-starts.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import { type DriverPorts, SagaDriver } from "./saga-driver.ts";

export interface WorkflowPorts extends DriverPorts {
  readonly names: ServiceNames;
  /** For how long what is over is kept, in milliseconds: a saga, and its Idempotency-Key. */
  readonly retention: { readonly sagasMs: number; readonly keysMs: number };
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** What a saga's workflow holds, for those who look. */
export interface Recorded {
  readonly record: unknown;
  /** Its events from the first on, as far as they are not in the record. */
  readonly earlier: readonly unknown[];
}

/** How often an operation is sent again that the saga does not answer; it may have ended meanwhile. */
const RESEND_MS = 1_000;
const SENT_MAX = 8;

/** Restate's own limit is on a handler that does nothing; the longest call may take as long as this. */
const ABORT_MS = 3_600_000;
const INACTIVITY_MS = 60_000;

/** The workflow of a definition: its key is the saga's id, and it runs exactly once. */
export function sagaWorkflow(controller: Controller, ports: WorkflowPorts) {
  const { names, retention } = ports;
  return workflow({
    name: names.sagas(controller),
    description: `Sagas of the definition ${controller.name}, version ${controller.version}.`,
    metadata: { fingerprint: controller.fingerprint, driverVersion: String(DRIVER_VERSION) },
    handlers: {
      run: async (context: WorkflowContext, raw: unknown): Promise<unknown> => {
        try {
          return await run(context, controller, ports, raw);
        } catch (error) {
          if (isDefect(error)) ports.onDefect(error, context.key);
          throw error;
        }
      },
      operate: async (context: WorkflowSharedContext, raw: unknown) => {
        const request = requestSchema.parse(raw);
        const problem = findProblem(controller, request.operation);
        if (problem !== undefined) throw new TerminalError(`This cannot be asked: ${problem}`, { errorCode: 400 });
        return await operate(context, request);
      },
      look,
    },
    options: {
      workflowRetention: retention.sagasMs,
      journalRetention: 0,
      inactivityTimeout: INACTIVITY_MS,
      abortTimeout: ABORT_MS,
      // The engine's own retries, which no saga sees: after a lost process or connection it goes on soon, and for ever.
      retryPolicy: retryPolicyOf(controller.policy),
      enableLazyState: true,
    },
  });
}

function retryPolicyOf({ backoffMsBase, backoffMsMax }: Policy) {
  return { initialInterval: backoffMsBase, maxInterval: backoffMsMax, exponentiationFactor: 2, maxAttempts: 1_000_000_000 };
}

/**
 * Another release began the saga. It is not terminal, which would end the saga: Restate tries again until a process of that release is there.
 */
class OtherDriverVersion extends Error {
  override readonly name = "OtherDriverVersion";

  constructor(sagaId: string, driverVersion: number) {
    super(
      `Saga ${sagaId} was begun by driver version ${driverVersion} of saga-restate, and this release has version ${DRIVER_VERSION}. Nothing was done: run the release that began it at this address until its sagas have ended.`,
    );
  }
}

/** What Restate itself throws to stop a handler is none of ours. */
function isDefect(error: unknown): boolean {
  const kinds = [TypeError, RangeError, ImpossibleEvent, UnreadableEvent, SchemaError, OtherDriverVersion, z.ZodError];
  return kinds.some((kind) => error instanceof kind);
}

async function run(context: WorkflowContext, controller: Controller, ports: WorkflowPorts, raw: unknown): Promise<unknown> {
  const { started, driverVersion } = readInput(raw);
  if (driverVersion !== DRIVER_VERSION) throw new OtherDriverVersion(context.key, driverVersion);
  const event = readEvent(controller, started);
  if (event.type !== "started") throw new TerminalError(`A saga begins with its start, not with ${event.type}.`);
  const driver = new SagaDriver(context, controller, event, ports);
  await driver.drive();
  forgetKey(context, driver.saga, ports);
  return driver.events ?? null;
}

function readInput(raw: unknown): WorkflowInput {
  const read = workflowInputSchema.safeParse(raw);
  if (!read.success) throw new TerminalError("This is no start of a saga.");
  return read.data;
}

/** From the end of a saga its key gives the same saga for a while. */
function forgetKey(context: WorkflowContext, { idempotencyKey }: Saga, { names, retention }: WorkflowPorts): void {
  if (idempotencyKey === undefined) return;
  context.genericSend({ ...toForget(names, idempotencyKey), delay: Math.min(retention.keysMs, retention.sagasMs) });
}

/** What is wrong with what somebody asks: what cannot be read must not get into the journal of a saga. */
function findProblem(controller: Controller, operation: unknown): string | undefined {
  try {
    const event = readEvent(controller, operation);
    return isOperation(event) ? undefined : `${event.type} is no operation`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Brings what somebody asks to the saga, and the verdict back. */
async function operate(context: WorkflowSharedContext, { operation, invocation: known }: Request): Promise<Verdict> {
  const reply = context.awakeable<unknown>();
  const id = context.rand.uuidv4();
  for (let sent = 0; sent < SENT_MAX; sent += 1) {
    const raw = await context.get<unknown>(RECORD_KEY);
    const record = raw === null ? undefined : readRecord(context.key, raw);
    if (record?.status === "completed" || record?.status === "cancelled") {
      return { allowed: false, reason: `the saga has ended: it is ${record.status}` };
    }
    const invocation = record?.invocation ?? known;
    if (invocation !== undefined) {
      const asked = askedSchema.parse({ id, operation, reply: reply.id });
      context.invocation(InvocationIdParser.fromString(invocation)).signal(OPERATION_SIGNAL).resolve(asked);
    }
    const verdict = await RestatePromise.race([
      reply.promise.map((told) => verdictSchema.parse(told)),
      context.sleep(RESEND_MS).map((): undefined => undefined),
    ]);
    if (verdict) return verdict;
  }
  return { allowed: "no-answer" };
}

/** The saga as it is recorded. */
async function look(context: WorkflowSharedContext): Promise<Recorded | null> {
  const record = await context.get<unknown>(RECORD_KEY);
  if (record === null) return null;
  const { parts } = readRecord(context.key, record);
  const earlier: unknown[] = [];
  for (let part = 0; part < parts; part += 1) {
    const events = await context.get<unknown>(partKey(part));
    if (Array.isArray(events)) earlier.push(...events);
  }
  return { record, earlier };
}
