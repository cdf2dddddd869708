import type { FoundSaga } from "saga-core";
import {
  type ChoiceName,
  CORRELATION_MUST_BE,
  type Consequence,
  deadlineAt,
  type ExplainedChoice,
  explainChoices,
  type InterventionReason,
  isAfterPivot,
  isKeyed,
  type KnownSignal,
  type NeedsIntervention,
  openWaitOf,
  patienceEndsAt,
  patienceOf,
  type StepProgress,
  stepOf,
} from "saga-core/engine";
import { timestamp } from "../wire/timestamp.ts";

/**
 * Explains a saga that waits or needs a human in plain language: what happened, what is known, what is not known, and what each choice would
 * do. A saga that has ended, or that is not waiting, has no explanation.
 */
export function explain(found: FoundSaga, at: number): string | undefined {
  const { phase, isParked } = found.saga;
  switch (phase.name) {
    case "needs-intervention":
      return explainIntervention(found, phase, at);
    case "forward":
    case "settling":
    case "undoing":
      return explainWait(found) ?? explainWaiting(found, at) ?? (isParked ? explainParked(found) : undefined);
    case "completed":
    case "cancelled":
      return undefined;
  }
}

function explainIntervention(found: FoundSaga, phase: NeedsIntervention, at: number): string {
  const happened = explainReason(found, phase);
  if (isUnreadable(phase.reason)) return happened;
  const choices = explainChoices(found.controller, found.saga, at).map(
    (choice) => `${label(choice, phase)}: ${outcome(choice)}.`,
  );
  return [happened, ...choices].join(" ");
}

function isUnreadable(reason: InterventionReason): boolean {
  return reason === "unregistered" || reason === "unreadable";
}

function explainReason({ saga, controller }: FoundSaga, phase: NeedsIntervention): string {
  const { step, action, reason, holder } = phase;
  const call = action === "run" ? `the step ${step}` : `undoing the step ${step}`;
  const participant = participantOf({ saga, controller }, step);
  const progress = saga.steps.find((each) => each.step === step);
  const attempts = progress === undefined ? "" : `, at attempt ${progress.attempts}`;
  const seen = `Seen${attempts}: ${(progress?.lastError?.reason ?? "nothing").replace(/\.$/, "")}.`;
  const known = knownOf({ saga, controller }, phase);
  const look = known ?? `Look at ${participant} to find out whether it was applied.`;
  switch (reason) {
    case "unknown-unkeyed":
      return `It is not known whether ${call} took effect at ${participant}, which keeps no keys: the call is not repeated, because it could be applied twice. ${seen} ${look}`;
    case "refused":
      return progress?.signal && action === "run"
        ? explainRefusal(step, progress.signal)
        : refusedText({ participant, call, seen, known }, explainRest(saga.steps, progress));
    case "unregistered":
      return `It runs ${saga.definition} version ${saga.version}, which is not registered here, so nothing is done for it. Register that version beside the others, and restart the process.`;
    case "unreadable":
      return "Its records in the journal are damaged, so nothing is done for it. Find out at its participants what it did; then restore the journal from a backup, or leave the saga as it is.";
    case "gave-up":
      if (saga.keysMayBeForgotten) {
        return `It is not known whether ${call} took effect at ${participant}, and the orchestrator's clock went back since: the call is not repeated, because its key may be forgotten there, and it could be applied twice. ${seen} ${look}`;
      }
      return `Repeating did not settle ${call} at ${participant} in time. ${seen} ${look}`;
    case "id-reused":
      return `It is not known whether ${call} took effect at ${participant}, and the same id was given to saga ${holder ?? "?"} since. So what was to be undone is gone, and ${call} is not repeated, because that could undo what the other saga did. ${seen} Look at ${participant} whether anything of this saga is left.`;
    case "no-signal":
      return `The time of the wait ${step} is over, and no signal came. Nothing was sent, and a signal that comes now is taken all the same.`;
    case "correlation-taken":
      return `It waits at ${step} for a signal, and saga ${holder ?? "?"} has the correlation by which its sender would find it. A signal by the id of this saga is taken.`;
    case "correlation-unusable":
      return `It waits at ${step} for a signal, and no sender could name its correlation: ${correlationOf(saga, step)} ${CORRELATION_MUST_BE}. A signal by the id of this saga is taken.`;
    case "defect":
      return `${participant} says that the key of ${call} was used for another request, which is a defect of the orchestrator or of that service. ${seen} ${look}`;
  }
}

/** The member that holds it. */
function correlationOf({ terms }: FoundSaga["saga"], step: string): string {
  return terms.find((each) => each.step === step)?.wait?.correlation ?? "it";
}

interface Refused {
  readonly participant: string;
  readonly call: string;
  readonly seen: string;
  readonly known: string | undefined;
}

function refusedText({ participant, call, seen, known }: Refused, rest: string): string {
  return `${participant} refused ${call}, which must succeed in the end. ${seen} Find out there why.${rest}${known === undefined ? "" : ` ${known}`}`;
}

/** A signal said no where there is no way back. */
function explainRefusal(step: string, { outcome }: KnownSignal): string {
  const reason = outcome.outcome === "rejected" ? outcome.reason.replace(/\.$/, "") : "";
  return `A signal for ${step} refused what can no longer be undone: ${reason}. Find out why; a signal that agrees is taken all the same.`;
}

/** What is left of a saga whose refused rollback let the earlier ones go on. */
function explainRest(steps: readonly StepProgress[], asked: StepProgress | undefined): string {
  if (asked?.status !== "undo-refused") return "";
  const others = steps.filter((each) => each.status === "undo-refused" && each !== asked).map(({ step }) => step);
  if (others.length === 0) return " Everything else that was to be undone is.";
  return ` Undoing ${others.toReversed().join(" and ")} was refused too: that is asked next.`;
}

/** What the definition says about the participant of a call; undefined if it says nothing, or fails to: a saga can be shown in any case. */
function knownOf({ saga, controller }: FoundSaga, { step, action }: NeedsIntervention): string | undefined {
  const handler = controller.handlers.find((each) => each.step === step);
  try {
    return handler?.whatIsKnown?.({ ...saga.input, ...saga.data }, action);
  } catch {
    return undefined;
  }
}

function label({ name }: ExplainedChoice, { step, action }: NeedsIntervention): string {
  const call = action === "run" ? step : `undoing ${step}`;
  const labels: Readonly<Record<ChoiceName, string>> = {
    cancel: "Cancel",
    retry: "Retry",
    applied: `Resolve, ${call} was applied`,
    "not-applied": `Resolve, ${call} was not applied`,
    "end-wait": `End the wait ${step}`,
    acknowledge: "Acknowledge the late signals",
  };
  return labels[name];
}

function outcome({ choice, consequence }: ExplainedChoice): string {
  if (choice.allowed) return consequence ? explainConsequence(consequence) : "allowed";
  return `not ${choice.from === undefined ? "possible" : `before ${timestamp(choice.from)}`}, because ${choice.reason}`;
}

/** What follows, if every call that it leads to is done. */
export function explainConsequence({ calls, status, state }: Consequence): string {
  const verbs = { run: "is run", rollback: "is undone", probe: "is looked up" } as const;
  const then = calls.map(({ step, action }) => `${step} ${verbs[action]}`);
  const end = status === "needs_intervention" ? `it still needs a human, in ${state}` : `the saga is ${status}`;
  return [...then, end].join(", then ");
}

/** Explains a saga that waits for a signal or an instant. */
function explainWait({ saga, controller }: FoundSaga): string | undefined {
  const wait = openWaitOf({ saga, controller });
  if (!wait) return undefined;
  const { step, since, until, takesSignal, onTimeout } = wait;
  const what = takesSignal ? "a signal" : "its time";
  const ends = {
    "turn-back": "the steps already done are undone",
    "go-on": "the saga goes on",
    ask: "the saga needs a human",
  } as const;
  const end = until === undefined ? "It has no time." : `If none comes by ${timestamp(until)}, ${ends[onTimeout]}.`;
  const time = takesSignal ? ` ${end}` : until === undefined ? "" : ` It goes on at ${timestamp(until)}.`;
  return `It waits at ${step} for ${what} since ${timestamp(since)}. Nothing is under way.${time}`;
}

/** Explains a saga whose last attempt failed and whose next one is due at a known instant. */
function explainWaiting(found: FoundSaga, at: number): string | undefined {
  const { saga } = found;
  const waiting = saga.steps.find(({ calling, nextAttemptAt = -Infinity }) => !calling && nextAttemptAt > at);
  if (!waiting) return undefined;
  const { step, attempts, lastError, nextAttemptAt = at } = waiting;
  const participant = participantOf(found, step);
  const what = saga.phase.name === "undoing" ? `undoing ${step}` : step;
  const seen = (lastError?.reason ?? "no answer").replace(/\.$/, "");
  const next = `Attempt ${attempts + 1} follows at ${timestamp(nextAttemptAt)}.`;
  return `${explainDoubt(found, waiting, { what, participant })} Last seen: ${seen}. ${next} ${explainLimit(found, waiting)}`;
}

function explainDoubt(
  { saga }: FoundSaga,
  { step, inDoubtSince }: StepProgress,
  { what, participant }: { readonly what: string; readonly participant: string },
): string {
  if (inDoubtSince === undefined) return `${what} could not be done yet at ${participant}; so far it certainly had no effect.`;
  const how = isKeyed(saga, step)
    ? "It is repeated under its key, which cannot apply it twice."
    : "The orchestrator looks it up there.";
  return `It is not known whether ${what} was applied at ${participant}. ${how}`;
}

/** What happens at the limit, if nothing changes before. */
function explainLimit({ saga, controller }: FoundSaga, progress: StepProgress): string {
  const { step, inDoubtSince } = progress;
  const index = controller.handlers.findIndex((handler) => handler.step === step);
  const canTurnBack = saga.phase.name === "forward" && !isAfterPivot(controller, index);
  if (canTurnBack && inDoubtSince === undefined) {
    return `If it is not done by ${timestamp(deadlineAt(saga))}, or after ${patienceOf(saga, step).attemptsMax} attempts, the steps already done are undone.`;
  }
  return `If it is not settled by ${timestamp(patienceEndsAt(saga, progress))}, the saga needs a human.`;
}

/** Explains a saga that waits for its participant, with no call under way. */
function explainParked(found: FoundSaga): string | undefined {
  const step = stepOf(found.controller, found.saga);
  if (step === undefined) return undefined;
  return `It waits because ${participantOf(found, step)} did not answer recently or has no room for another call. Nothing is under way; \`GET /health/ready\` shows the state of each participant.`;
}

function participantOf({ controller }: FoundSaga, step: string): string {
  return controller.handlers.find((handler) => handler.step === step)?.participant.name ?? "the participant";
}
