import { z } from "@hono/zod-openapi";
import type { FoundSaga, OnTimeout, Saga } from "saga-core";
import { deadlineAt, directionOf, isAfterPivot, isPivotSent, openWait, patienceOf, type StepProgress } from "saga-core/engine";
import type { ObjectSchema } from "../wire/object-schema.ts";
import { timestamp } from "../wire/timestamp.ts";

/** A step, as the API shows it. */
export interface StepView {
  readonly step: string;
  readonly status: StepProgress["status"];
  readonly attempts: number;
  readonly action: "run" | "rollback";
  readonly run: "pending" | "under_way" | "done" | "rejected" | "unknown" | "skipped";
  readonly undo: "pending" | "under_way" | "done" | "refused" | "none";
  readonly attempts_max?: number | undefined;
  readonly may_have_left: boolean;
  readonly in_doubt_since?: string | undefined;
  readonly called_at?: string | undefined;
  readonly last_error?: StepProgress["lastError"] | undefined;
  readonly next_attempt_at?: string | undefined;
  readonly waits?: WaitView | undefined;
}

/** The wait that a saga stands at. */
export interface WaitView {
  readonly since: string;
  readonly until?: string | undefined;
  readonly on_timeout: OnTimeout;
}

const waitSchema: ObjectSchema<WaitView> = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime().optional().describe("Absent: without end."),
  on_timeout: z.enum(["turn-back", "go-on", "ask"]),
});

export const stepSchema: ObjectSchema<StepView> = z
  .object({
    step: z.string(),
    status: z.enum([
      "pending",
      "waiting",
      "running",
      "done",
      "rejected",
      "unknown",
      "undoing",
      "undone",
      "undo-refused",
      "skipped",
    ]),
    attempts: z.int().describe("Attempts at the present action: at `run`, or at `rollback` once the step is being undone."),
    action: z
      .enum(["run", "rollback"])
      .describe("What `status`, `attempts` and `last_error` are about: the step itself, or undoing it."),
    run: z
      .enum(["pending", "under_way", "done", "rejected", "unknown", "skipped"])
      .describe("What became of the step itself, whatever became of undoing it."),
    undo: z
      .enum(["pending", "under_way", "done", "refused", "none"])
      .describe("What became of undoing it. `none`: nothing is to be undone, or it is not known yet."),
    attempts_max: z
      .int()
      .optional()
      .describe("Attempts at `run` after which the saga turns back if the participant stays unavailable, up to the pivot."),
    may_have_left: z.boolean().describe("Whether a call may be on its way, or may have had an effect that nobody knows."),
    in_doubt_since: z.iso.datetime().optional().describe("Since when a call may have had an effect that is not known."),
    called_at: z.iso.datetime().optional().describe("When the attempt under way was decided on."),
    last_error: z.object({ outcome: z.enum(["rejected", "unavailable", "unknown"]), reason: z.string() }).optional(),
    next_attempt_at: z.iso.datetime().optional(),
    waits: waitSchema.optional().describe("The saga waits there for a signal or an instant."),
  })
  .openapi("Step");

/** A step of a saga, by its place in the chain. */
export function viewStep({ saga, controller }: FoundSaga, index: number): StepView {
  const progress = saga.steps[index];
  if (!progress) throw new TypeError(`Saga ${saga.id} has no step ${index}.`);
  const { step, status, attempts, lastError, nextAttemptAt, calling, calledAt, inDoubtSince } = progress;
  const { firstInDoubtAt = inDoubtSince } = progress;
  const isTried = saga.phase.name === "forward" && (status === "running" || status === "pending" || status === "unknown");
  return {
    step,
    status,
    attempts,
    action: isUndone(progress) ? "rollback" : "run",
    run: runOf(progress),
    undo: undoOf({ saga, controller }, progress, index),
    ...(isTried && !isAfterPivot(controller, index) && { attempts_max: patienceOf(saga, step).attemptsMax }),
    may_have_left: calling || inDoubtSince !== undefined,
    ...(inDoubtSince !== undefined && firstInDoubtAt !== undefined && { in_doubt_since: timestamp(firstInDoubtAt) }),
    ...(calling && calledAt !== undefined && { called_at: timestamp(calledAt) }),
    ...(lastError && { last_error: lastError }),
    ...(nextAttemptAt !== undefined && { next_attempt_at: timestamp(nextAttemptAt) }),
    ...viewWait(progress, saga),
  };
}

/** The member `deadline_at`, of a saga that its deadline may still turn back. */
export function viewDeadline({ saga, controller }: FoundSaga): { readonly deadline_at?: string } {
  const open = saga.steps.findIndex(({ status }) => status !== "done");
  const mayTurn = saga.phase.name === "forward" && !isPivotSent(controller, saga) && open >= 0;
  if (!mayTurn || isAfterPivot(controller, open) || openWait(controller, saga)) return {};
  return { deadline_at: timestamp(deadlineAt(saga)) };
}

function isUndone({ status }: StepProgress): boolean {
  return status === "undoing" || status === "undone" || status === "undo-refused";
}

function runOf({ status }: StepProgress): StepView["run"] {
  switch (status) {
    case "waiting":
    case "running":
      return "under_way";
    case "undoing":
    case "undone":
    case "undo-refused":
      return "done";
    case "pending":
    case "unknown":
    case "done":
    case "rejected":
    case "skipped":
      return status;
  }
}

function undoOf({ saga, controller }: FoundSaga, { status }: StepProgress, index: number): StepView["undo"] {
  switch (status) {
    case "undoing":
      return "under_way";
    case "undone":
      return "done";
    case "undo-refused":
      return "refused";
    case "done": {
      const isOpen = saga.phase.name !== "completed" && saga.phase.name !== "cancelled";
      const willBe = directionOf(saga) === "compensating" && controller.handlers[index]?.kind === "compensatable";
      return isOpen && willBe ? "pending" : "none";
    }
    case "pending":
    case "waiting":
    case "running":
    case "unknown":
    case "rejected":
    case "skipped":
      return "none";
  }
}

function viewWait({ step, waitingSince, waitingUntil }: StepProgress, { terms }: Saga): Pick<StepView, "waits"> {
  const wait = terms.find((each) => each.step === step)?.wait;
  if (!wait || waitingSince === undefined) return {};
  const until = waitingUntil === undefined ? {} : { until: timestamp(waitingUntil) };
  return { waits: { since: timestamp(waitingSince), ...until, on_timeout: wait.onTimeout } };
}
