import {
  TerminalError,
  type WorkflowContext,
  type WorkflowDefinition,
  type WorkflowSharedContext,
  workflow,
} from "@restatedev/restate-sdk";
import { type Controller, type Policy, type Saga, SchemaError } from "saga-core";
import { hasWaits, ImpossibleEvent, readEvent, UnreadableEvent } from "saga-core/engine";
import { z } from "zod";
import { correlationMessage } from "../objects/correlations.ts";
import { DRIVER_VERSION } from "../objects/driver-version.ts";
import { operationRequestSchema, type WorkflowInput, workflowInputSchema } from "../objects/messages.ts";
import { forgetMessage } from "../objects/saga-starts.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import { timings } from "../timings.ts";
import { hasEnded, lookAtRecord, type WrittenSaga } from "./look-at-record.ts";
import { findProblem, laterOf, sendOperation } from "./operation-sender.ts";
import { type DriverPorts, SagaDriver } from "./saga-driver.ts";

export interface WorkflowPorts extends DriverPorts {
  readonly names: ServiceNames;
  /** How long an ended saga and its Idempotency-Key are kept, in milliseconds. */
  readonly retention: { readonly sagasMs: number; readonly keysMs: number };
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** The workflow of one version of a definition. Its key is the saga's id, and Restate runs it exactly once. */
export function sagaWorkflow(controller: Controller, ports: WorkflowPorts): WorkflowDefinition<string, unknown> {
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
        const request = operationRequestSchema.parse(raw);
        const problem = findProblem(controller, request.operation);
        if (problem !== undefined) throw new TerminalError(`This is no operation on a saga: ${problem}`, { errorCode: 400 });
        return await sendOperation(context, { controller, names }, request);
      },
      look: async (context: WorkflowSharedContext, raw: unknown): Promise<WrittenSaga | null> => {
        const looked = await lookAtRecord(context, raw);
        // Nothing comes for a saga after its end but what its waits are about.
        if (!looked || looked.nextPart !== undefined || !hasWaits(controller) || !hasEnded(context.key, looked)) return looked;
        return { ...looked, later: await laterOf(context, names).read() };
      },
    },
    options: {
      workflowRetention: retention.sagasMs,
      journalRetention: 0,
      inactivityTimeout: timings.inactivityMsMax,
      abortTimeout: timings.abortMs,
      retryPolicy: retryPolicyOf(controller.policy),
      enableLazyState: true,
    },
  });
}

/** Restate's own retries after a lost process or connection, which the saga does not see. */
function retryPolicyOf({ backoffMsBase, backoffMsMax }: Policy) {
  const maxAttempts = timings.restateAttemptsMax;
  return { initialInterval: backoffMsBase, maxInterval: backoffMsMax, exponentiationFactor: 2, maxAttempts };
}

/**
 * Another release began the saga. The error is not terminal, which would end the saga: Restate retries until a process of that release is
 * at this address.
 */
class OtherDriverVersion extends Error {
  override readonly name = "OtherDriverVersion";

  constructor(sagaId: string, driverVersion: number) {
    super(
      `Saga ${sagaId} was begun by driver version ${driverVersion} of saga-restate, and this release has version ${DRIVER_VERSION}. Nothing was done: run the release that began it at this address until its sagas have ended.`,
    );
  }
}

const defects = [TypeError, RangeError, ImpossibleEvent, UnreadableEvent, SchemaError, OtherDriverVersion, z.ZodError];

/** Restate itself throws errors too, to stop a handler: those are no defects. */
function isDefect(error: unknown): boolean {
  return defects.some((kind) => error instanceof kind);
}

async function run(context: WorkflowContext, controller: Controller, ports: WorkflowPorts, raw: unknown): Promise<unknown> {
  const { started, driverVersion } = readInput(raw);
  if (driverVersion !== DRIVER_VERSION) throw new OtherDriverVersion(context.key, driverVersion);
  const event = readEvent(controller, started);
  if (event.type !== "started") throw new TerminalError(`A saga begins with its start, not with ${event.type}.`);
  const driver = new SagaDriver(context, controller, event, ports);
  await driver.drive();
  forgetKey(context, driver.saga, ports);
  forgetClaims(context, driver, ports);
  return driver.events ?? null;
}

function readInput(raw: unknown): WorkflowInput {
  const read = workflowInputSchema.safeParse(raw);
  if (!read.success) throw new TerminalError("This is no start of a saga.");
  return read.data;
}

/** A saga's key gives the same saga for some time after its end (rule 7). */
function forgetKey(context: WorkflowContext, { idempotencyKey }: Saga, { names, retention }: WorkflowPorts): void {
  if (idempotencyKey === undefined) return;
  context.genericSend({ ...forgetMessage(names, idempotencyKey), delay: Math.min(retention.keysMs, retention.sagasMs) });
}

/** A saga is found by its correlations as long as it is kept (rule 12). */
function forgetClaims(context: WorkflowContext, { claims, saga }: SagaDriver, { names, retention }: WorkflowPorts): void {
  const claimant = { sagaId: saga.id, startedAt: saga.createdAt };
  for (const key of claims)
    context.genericSend({ ...correlationMessage(names, key, "forget", claimant), delay: retention.sagasMs });
}
