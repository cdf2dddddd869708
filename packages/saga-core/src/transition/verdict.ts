import type { Controller } from "../definition/controller.ts";
import { isSameJson } from "../json.ts";
import type { KnownSignal, LateReason, LateSignal, Phase, Saga, SignalOutcome, StepProgress, StepStatus } from "./saga.ts";
import { isAfterPivot, type StepAt, stepNamed } from "./steps.ts";

/** How many different late outcomes of a step are recorded. */
export const LATE_SIGNALS_MAX = 8;

/**
 * What becomes of a signal. `taken`: it ends the wait. `kept`: the saga is not there yet. `asks`: it refuses what can no longer be undone, so a
 * human is asked. `repeated`: it is recorded already. `late`: it changes nothing, and a person must see it.
 */
export type SignalVerdict =
  | { readonly name: "taken" | "kept" | "asks" | "repeated" }
  | {
      readonly name: "late";
      readonly because: LateReason;
      /** Whether it is to be recorded: it is not recorded already, and there are not too many. */
      readonly isNew: boolean;
    };

/** What identifies a signal for its verdict. */
export interface JudgedSignal {
  readonly step: string;
  readonly outcome: SignalOutcome;
}

/**
 * The verdict on a signal that came now. The first one recorded is the answer, and no clock ends a wait: until a record does, a signal is taken.
 * Engines append all but those that are repeated, or late and not new.
 *
 * @throws TypeError if the saga has no such step.
 */
export function verdictOf(controller: Controller, saga: Saga, { step, outcome }: JudgedSignal): SignalVerdict {
  const at = stepNamed(controller, saga, step);
  if (!at) throw new TypeError(`Saga ${saga.id} has no step "${step}".`);
  const { signal, pastRefusals = [] } = at.progress;
  const isEqual = (other: KnownSignal) => isSame(other.outcome, outcome);
  if (signal && isEqual(signal)) return { name: "repeated" };
  const known = saga.lateSignals?.filter((late) => late.step === step) ?? [];
  const same = known.find(isEqual);
  // What its sender was told first is never taken back.
  if (same) return same.wasKept ? { name: "repeated" } : { name: "late", because: same.because, isNew: false };
  const because = lateReason(controller, saga, at, outcome);
  if (because && pastRefusals.some(isEqual)) return { name: "repeated" };
  if (because) return { name: "late", because, isNew: known.length < LATE_SIGNALS_MAX };
  if (outcome.outcome === "rejected" && isAfterPivot(controller, at.index)) return { name: "asks" };
  return { name: at.progress.status === "waiting" ? "taken" : "kept" };
}

/**
 * Why a recorded signal that is a repetition now was late for the earlier version that recorded it: its members come in another order, or it is a
 * refusal that another answer followed. Undefined for one that no version records.
 */
export function lateBefore(controller: Controller, saga: Saga, { step, outcome }: JudgedSignal): LateReason | undefined {
  const at = stepNamed(controller, saga, step);
  const known = saga.lateSignals?.filter((late) => late.step === step) ?? [];
  if (!at || known.length >= LATE_SIGNALS_MAX) return undefined;
  const text = JSON.stringify(outcome);
  const isKnown = [at.progress.signal, ...known].some((other) => other && JSON.stringify(other.outcome) === text);
  return isKnown ? undefined : lateReason(controller, saga, at, outcome);
}

/** Why a signal cannot end its wait any more; undefined if it can. */
function lateReason(controller: Controller, saga: Saga, at: StepAt, outcome: SignalOutcome): LateReason | undefined {
  const { signal, status, step } = at.progress;
  // After the pivot a refusal fills no place: a later yes must count.
  if (signal && (signal.outcome.outcome === "done" || outcome.outcome === "rejected")) return "another-signal";
  if (signal && !isAfterPivot(controller, at.index)) return "another-signal";
  if (saga.phase.name === "completed" || saga.phase.name === "cancelled") return "ended";
  if (status === "done") return "timeout";
  const phase = duringOf(saga.phase);
  // It settles, and the pivot may still prove done.
  const isReachable = phase.name === "forward" || (phase.name === "settling" && isAfterPivot(controller, at.index));
  if (isReachable && isOpen(status)) return undefined;
  const isOver = "turn" in phase && phase.turn.cause === "timeout" && phase.turn.step === step;
  return isOver ? "timeout" : "turned";
}

function duringOf(phase: Phase): Phase {
  return phase.name === "needs-intervention" ? phase.during : phase;
}

function isOpen(status: StepStatus): boolean {
  return status === "pending" || status === "waiting";
}

/** Whether two outcomes are equal, in whatever order their members are: then the second signal is a repetition. */
export function isSame(one: SignalOutcome, other: SignalOutcome): boolean {
  if (one.outcome === "done") return other.outcome === "done" && isSameJson(one.result, other.result);
  return other.outcome === "rejected" && one.reason === other.reason;
}

/** The first signal of a step fills its place. After the pivot a refusal is not the answer: it leaves the place to the next one, and stays known. */
export function withPlaceFor({ signal, pastRefusals = [], ...progress }: StepProgress, next?: KnownSignal): StepProgress {
  const isKnown = signal === undefined || pastRefusals.some((past) => isSame(past.outcome, signal.outcome));
  const past = isKnown ? pastRefusals : [...pastRefusals, signal];
  return { ...progress, ...(past.length > 0 && { pastRefusals: past }), ...(next && { signal: next }) };
}

/** At the closing record, a kept signal whose wait was not reached turns late. */
export function closeSignals(saga: Saga): Saga {
  const isKept = ({ status }: { readonly status: StepStatus }) => status === "pending" || status === "skipped";
  const late = saga.steps.flatMap(({ step, status, signal }): readonly LateSignal[] =>
    signal && isKept({ status }) ? [{ ...signal, step, because: "turned", wasKept: true }] : [],
  );
  if (late.length === 0) return saga;
  const steps = saga.steps.map(({ signal, ...progress }) => (signal && !isKept(progress) ? { ...progress, signal } : progress));
  return { ...saga, steps, lateSignals: [...(saga.lateSignals ?? []), ...late] };
}

/** The late signals that no person has dealt with. */
export function unseenSignals({ lateSignals = [] }: Pick<Saga, "lateSignals">): readonly LateSignal[] {
  return lateSignals.filter(({ isAcknowledged }) => !isAcknowledged);
}
