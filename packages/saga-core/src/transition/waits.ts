import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import type { WaitTerms } from "../definition/wait-handler.ts";
import type { JsonObject } from "../json.ts";
import { hasBadCorrelation } from "./claims.ts";
import { intervene } from "./intervene.ts";
import type { KnownSignal, Saga, StepProgress } from "./saga.ts";
import { runDone, runRejected } from "./step-results.ts";
import { isAfterPivot, type StepAt, settledAs, stepNamed, termsAt, withStep } from "./steps.ts";
import { turnBack } from "./turn-back.ts";
import { withPlaceFor } from "./verdict.ts";

/** The name of the step whose open wait a saga stands at, also while it needs a human there. Undefined: it stands at none. */
export function waitingFor({ phase, steps }: Pick<Saga, "phase" | "steps">): string | undefined {
  const { name } = phase.name === "needs-intervention" ? phase.during : phase;
  // A saga that turned back at its wait has left it.
  return name === "forward" ? steps.find(({ status }) => status === "waiting")?.step : undefined;
}

/** The open wait that a saga stands at (`waitingFor`). */
export function openWait(controller: Controller, saga: Saga): StepAt | undefined {
  const step = waitingFor(saga);
  return step === undefined ? undefined : stepNamed(controller, saga, step);
}

/** Whether any step of the definition waits. */
export function hasWaits({ handlers }: Controller): boolean {
  return handlers.some(isWait);
}

/** A saga going forward comes to a step that waits. A kept signal is taken there; the record by which the saga came is a barrier then. */
export function reachWait(controller: Controller, saga: Saga, open: StepAt, at: number): Saga {
  const { signal, correlationHolder } = open.progress;
  if (signal?.outcome.outcome === "done") return waitDone(saga, open, signal.outcome.result, at);
  if (signal && !isAfterPivot(controller, open.index)) return waitRefused(controller, afterWait(saga, at), open, signal);
  const waiting = withStep(saga, open.index, waitingFrom(saga, open, at));
  if (signal) return intervene(waiting, open.progress.step, "run", "refused");
  if (correlationHolder !== undefined) return askForCorrelation(waiting, open.progress.step, correlationHolder);
  // Otherwise it would wait for a signal that no sender could send.
  return hasBadCorrelation(waiting, open.progress.step)
    ? intervene(waiting, open.progress.step, "run", "correlation-unusable")
    : waiting;
}

/** Only a signal by the saga's own id finds it, which no sender may know. */
export function askForCorrelation(saga: Saga, step: string, holder: string): Saga {
  const asking = intervene(saga, step, "run", "correlation-taken");
  return asking.phase.name === "needs-intervention" ? { ...asking, phase: { ...asking.phase, holder } } : asking;
}

function waitingFrom(saga: Saga, { progress }: StepAt, at: number): StepProgress {
  const until = instantOf(saga, waitTermsAt(saga, progress.step), at);
  return { ...progress, status: "waiting", waitingSince: at, ...(until !== undefined && { waitingUntil: until }) };
}

/** A person lets the saga wait once more, in which a refusal that came after the pivot counts no more. An instant that is over is none any more. */
export function waitAgain(saga: Saga, { index, progress }: StepAt, at: number): Saga {
  const { waitingUntil: _over, ...rest } = withPlaceFor(progress);
  const until = instantOf(saga, waitTermsAt(saga, progress.step), at);
  return withStep(saga, index, { ...rest, waitingSince: at, ...(until !== undefined && until > at && { waitingUntil: until }) });
}

/** The last instant that a date can be, in milliseconds since the epoch: people could not be shown a later one. */
const INSTANT_MAX = 8.64e15;

/** A wait until something that is no instant is over at once. */
function instantOf(saga: Saga, { waitMs, waitUntil }: WaitTerms, at: number): number | undefined {
  if (waitMs !== undefined) return Math.min(at + waitMs, INSTANT_MAX);
  if (waitUntil === undefined) return undefined;
  const instant = saga.data[waitUntil] ?? saga.input[waitUntil];
  return typeof instant === "number" ? Math.min(Math.max(instant, 0), INSTANT_MAX) : at;
}

/** @throws TypeError if the step does not wait. */
export function waitTermsAt(saga: Saga, step: string): WaitTerms {
  const { wait } = termsAt(saga, step);
  if (!wait) throw new TypeError(`The step "${step}" of saga ${saga.id} does not wait.`);
  return wait;
}

/**
 * What ends a wait is durable before any later call, because no key brings the same signal back; and the saga's patience counts anew: a deadline of
 * seconds must not end a wait of days.
 */
export function afterWait(saga: Saga, at: number): Saga {
  return { ...saga, barrier: saga.seq, clockFrom: at };
}

/** The wait is done: by a signal, by default, or by a person. For the pivot, this is its record (rule 5). */
export function waitDone(saga: Saga, step: StepAt, result: JsonObject, at: number): Saga {
  const done = runDone(afterWait(saga, at), step, result);
  return step.handler.kind === "pivot" ? { ...done, pivotRecord: saga.seq } : done;
}

/** A signal refused, up to the pivot: the saga turns to compensation. Its wait has ended (`afterWait`). */
export function waitRefused(controller: Controller, saga: Saga, step: StepAt, { outcome }: KnownSignal): Saga {
  const reason = outcome.outcome === "rejected" ? outcome.reason : "";
  return runRejected(controller, saga, step, { reason });
}

/** The time of an open wait is over, and that is recorded. */
export function timedOut(controller: Controller, saga: Saga, open: StepAt, at: number): Saga {
  const { step } = open.progress;
  const { onTimeout, byDefault = {} } = waitTermsAt(saga, step);
  switch (onTimeout) {
    case "go-on":
      return waitDone(saga, open, byDefault, at);
    case "ask":
      return intervene(saga, step, "run", "no-signal");
    case "turn-back": {
      const skipped = withStep(afterWait(saga, at), open.index, settledAs(open.progress, "skipped"));
      return turnBack(controller, skipped, { cause: "timeout", step, reason: "no signal came for it in time" });
    }
  }
}

/** The instant of a `wait` has come: an open wait that is over ends. */
export function woken(controller: Controller, saga: Saga, at: number): Saga {
  const open = saga.phase.name === "forward" ? openWait(controller, saga) : undefined;
  return open && at >= (open.progress.waitingUntil ?? Infinity) ? timedOut(controller, saga, open, at) : saga;
}

/** A wait as people see it. Instants are in milliseconds since the epoch. */
export interface OpenWait extends Pick<WaitTerms, "takesSignal" | "onTimeout"> {
  readonly step: string;
  readonly since: number;
  /** Absent: without end. */
  readonly until?: number;
}

/** The open wait that a saga stands at, for people; undefined if it stands at none. */
export function openWaitOf({ controller, saga }: { readonly controller: Controller; readonly saga: Saga }): OpenWait | undefined {
  const progress = openWait(controller, saga)?.progress;
  if (!progress) return undefined;
  const { step, waitingSince: since = saga.updatedAt, waitingUntil: until } = progress;
  const { takesSignal, onTimeout } = waitTermsAt(saga, step);
  return { step, since, takesSignal, onTimeout, ...(until !== undefined && { until }) };
}
