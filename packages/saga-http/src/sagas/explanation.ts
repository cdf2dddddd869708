import type { FoundSaga } from "saga-core";
import {
  type ChoiceName,
  CORRELATION_MUST_BE,
  type Consequence,
  type ExplainedChoice,
  explainChoices,
  type NeedsIntervention,
} from "saga-core/engine";
import { timestamp } from "../wire/timestamp.ts";
import type { AskedCall, Reason, ReasonsByCode, RetriedCall } from "./reason.ts";

/**
 * Explains a saga that waits or needs a human in plain language: what happened, what is known, what is not known, and what each choice would
 * do. A saga that has ended, or that is not waiting, has no explanation.
 *
 * @param reasons why it is where it is: this says them in English, and adds the choices.
 */
export function explain({ saga, controller }: FoundSaga, reasons: readonly Reason[], at: number): string | undefined {
  const sentences = reasons.map(sentenceOf).filter((sentence) => sentence !== undefined);
  if (sentences.length === 0) return undefined;
  const { phase } = saga;
  if (phase.name !== "needs-intervention" || phase.reason === "unregistered" || phase.reason === "unreadable")
    return sentences.join(" ");
  const choices = explainChoices(controller, saga, at).map((choice) => `${label(choice, phase)}: ${outcome(choice)}.`);
  return [...sentences, ...choices].join(" ");
}

/** A reason in English; undefined for one that the rest of the saga's view says. */
function sentenceOf(reason: Reason): string | undefined {
  switch (reason.code) {
    case "unknown-unkeyed": {
      const { participant } = reason.parameters;
      return `It is not known whether ${callIn(reason.parameters)} took effect at ${participant}, which keeps no keys: the call is not repeated, because it could be applied twice. ${seenIn(reason.parameters)} ${lookAt(reason.parameters)}`;
    }
    case "refused":
      return refused(reason.parameters);
    case "signal-refused":
      return `A signal for ${reason.parameters.step} refused what can no longer be undone: ${withoutStop(reason.parameters.seen ?? "")}. Find out why; a signal that agrees is taken all the same.`;
    case "unregistered":
      return `It runs ${reason.parameters.definition} version ${reason.parameters.version}, which is not registered here, so nothing is done for it. Register that version beside the others, and restart the process.`;
    case "unreadable":
      return "Its records in the journal are damaged, so nothing is done for it. Find out at its participants what it did; then restore the journal from a backup, or leave the saga as it is.";
    case "key-may-be-forgotten": {
      const { participant } = reason.parameters;
      return `It is not known whether ${callIn(reason.parameters)} took effect at ${participant}, and the orchestrator's clock went back since: the call is not repeated, because its key may be forgotten there, and it could be applied twice. ${seenIn(reason.parameters)} ${lookAt(reason.parameters)}`;
    }
    case "gave-up":
      return `Repeating did not settle ${callIn(reason.parameters)} at ${reason.parameters.participant} in time. ${seenIn(reason.parameters)} ${lookAt(reason.parameters)}`;
    case "id-reused": {
      const { participant, holder } = reason.parameters;
      const call = callIn(reason.parameters);
      return `It is not known whether ${call} took effect at ${participant}, and the same id was given to saga ${holder} since. So what was to be undone is gone, and ${call} is not repeated, because that could undo what the other saga did. ${seenIn(reason.parameters)} Look at ${participant} whether anything of this saga is left.`;
    }
    case "no-signal":
      return `The time of the wait ${reason.parameters.step} is over, and no signal came. Nothing was sent, and a signal that comes now is taken all the same.`;
    case "correlation-taken":
      return `It waits at ${reason.parameters.step} for a signal, and saga ${reason.parameters.holder} has the correlation by which its sender would find it. A signal by the id of this saga is taken.`;
    case "correlation-unusable":
      return `It waits at ${reason.parameters.step} for a signal, and no sender could name its correlation: ${reason.parameters.member ?? "it"} ${CORRELATION_MUST_BE}. A signal by the id of this saga is taken.`;
    case "defect":
      return `${reason.parameters.participant} says that the key of ${callIn(reason.parameters)} was used for another request, which is a defect of the orchestrator or of that service. ${seenIn(reason.parameters)} ${lookAt(reason.parameters)}`;
    case "waiting-for-signal":
      return waitingForSignal(reason.parameters);
    case "waiting-for-instant": {
      const { step, since, until } = reason.parameters;
      return `It waits at ${step} for its time since ${since}. Nothing is under way.${until === undefined ? "" : ` It goes on at ${until}.`}`;
    }
    case "not-done-yet":
      return `${whatIn(reason.parameters)} could not be done yet at ${reason.parameters.participant}; so far it certainly had no effect. ${nextIn(reason.parameters)}`;
    case "repeated":
      return `${doubtIn(reason.parameters)} It is repeated under its key, which cannot apply it twice. ${nextIn(reason.parameters)}`;
    case "repeated-harmlessly":
      return `${doubtIn(reason.parameters)} It is repeated, because a second time has no second effect. ${nextIn(reason.parameters)}`;
    case "looked-up":
      return `${doubtIn(reason.parameters)} The orchestrator looks it up there. ${nextIn(reason.parameters)}`;
    case "turns-back":
      return `If it is not done by ${reason.parameters.until}, or after ${reason.parameters.attempts_max} attempts, the steps already done are undone.`;
    case "asks-later":
      return `If it is not settled by ${reason.parameters.until}, the saga needs a human.`;
    case "held-back":
      return `It waits because ${reason.parameters.participant} did not answer recently or has no room for another call. Nothing is under way; \`GET /health/ready\` shows the state of each participant.`;
    case "under-way":
    case "turned-back":
    case "completed":
    case "cancelled":
    case "orphans":
    case "lasting":
    case "late-signals":
      return undefined;
  }
}

function callIn({ step, action }: AskedCall): string {
  return action === "run" ? `the step ${step}` : `undoing the step ${step}`;
}

function seenIn({ attempts, seen = "nothing" }: AskedCall): string {
  return `Seen${attempts === undefined ? "" : `, at attempt ${attempts}`}: ${withoutStop(seen)}.`;
}

function lookAt({ known, participant }: AskedCall): string {
  return known ?? `Look at ${participant} to find out whether it was applied.`;
}

function refused(parameters: ReasonsByCode["refused"]): string {
  const { participant, known, steps } = parameters;
  return `${participant} refused ${callIn(parameters)}, which must succeed in the end. ${seenIn(parameters)} Find out there why.${restOf(steps)}${known === undefined ? "" : ` ${known}`}`;
}

/** What is left of a saga whose refused rollback let the earlier ones go on. */
function restOf(others: readonly string[] | undefined): string {
  if (others === undefined) return "";
  if (others.length === 0) return " Everything else that was to be undone is.";
  return ` Undoing ${others.join(" and ")} was refused too: that is asked next.`;
}

function waitingForSignal({ step, since, until, on_timeout }: ReasonsByCode["waiting-for-signal"]): string {
  const ends = {
    "turn-back": "the steps already done are undone",
    "go-on": "the saga goes on",
    ask: "the saga needs a human",
  } as const;
  const end = until === undefined ? "It has no time." : `If none comes by ${until}, ${ends[on_timeout]}.`;
  return `It waits at ${step} for a signal since ${since}. Nothing is under way. ${end}`;
}

function whatIn({ step, action }: RetriedCall): string {
  return action === "rollback" ? `undoing ${step}` : step;
}

function doubtIn(parameters: RetriedCall): string {
  return `It is not known whether ${whatIn(parameters)} was applied at ${parameters.participant}.`;
}

function nextIn({ attempts, seen = "no answer", next_attempt_at }: RetriedCall): string {
  return `Last seen: ${withoutStop(seen)}. Attempt ${attempts + 1} follows at ${next_attempt_at}.`;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
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
