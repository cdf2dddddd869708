import type { Controller } from "../definition/controller.ts";
import type { Operation, Refused } from "./event.ts";
import { arrivalEndsAt, keyEndsAt } from "./limits.ts";
import type { NeedsIntervention, Saga } from "./saga.ts";
import { isPivotSent, isRepeatable, type StepAt, stepNamed, termsAt } from "./steps.ts";
import { unseenSignals } from "./verdict.ts";
import { hasWaits, waitingFor } from "./waits.ts";

/** The operations that a person may request of a saga now, or the reasons why not. */
export interface Choices {
  readonly cancel: Choice;
  readonly retry: Choice;
  /** That the call in doubt was applied, and that it was not. */
  readonly applied: Choice;
  readonly notApplied: Choice;
  /** For a definition with waits: ending the one that the saga stands at, as if its time were over. */
  readonly endWait?: Choice;
  /** For a saga with late signals: saying that a person has dealt with them. */
  readonly acknowledge?: Choice;
}

/** Whether an operation is allowed now; if it is not, the reason. */
export type Choice =
  | { readonly allowed: true }
  /** `from`: when it becomes allowed, in milliseconds since the epoch, where waiting helps. */
  | { readonly allowed: false; readonly reason: string; readonly from?: number };

/** How many refusals a saga has on record at most. */
const REFUSALS_MAX = 16;

const allowed: Choice = { allowed: true };

function refuse(reason: string, from?: number): Choice {
  return { allowed: false, reason, ...(from !== undefined && { from }) };
}

function none(reason: string): Choices {
  const refused = refuse(reason);
  return { cancel: refused, retry: refused, applied: refused, notApplied: refused };
}

/** Every choice at the instant `at`, in milliseconds since the epoch: operators see these, and operations are checked against them. */
export function choicesOf(controller: Controller, saga: Saga, at: number): Choices {
  return {
    ...usualChoices(controller, saga, at),
    ...(hasWaits(controller) && { endWait: endWaitChoice(saga) }),
    ...(saga.lateSignals && { acknowledge: acknowledgeChoice(saga) }),
  };
}

function endWaitChoice(saga: Saga): Choice {
  if (waitingFor(saga) === undefined) return refuse("it does not wait for a signal or an instant");
  return saga.phase.name === "forward" ? allowed : refuse("its time is over: a person is asked");
}

function acknowledgeChoice(saga: Saga): Choice {
  return unseenSignals(saga).length > 0 ? allowed : refuse("it has no late signal that no person has dealt with");
}

function usualChoices(controller: Controller, saga: Saga, at: number): Choices {
  const { phase } = saga;
  if (phase.name === "completed" || phase.name === "cancelled") {
    return none(`the saga has ended: it is ${phase.name}`);
  }
  if (phase.name !== "needs-intervention") {
    const running = refuse("the saga is running, and settles it by itself");
    const waits = waitingFor(saga) !== undefined;
    const retry = waits ? refuse("it waits: there is no call to make") : allowed;
    return { cancel: cancelChoice(controller, saga), retry, applied: running, notApplied: running };
  }
  if (phase.reason === "unregistered") {
    return none(`its definition ${saga.definition} version ${saga.version} is not registered here`);
  }
  if (phase.reason === "unreadable") return none("its records in the journal cannot be read");
  const step = stepNamed(controller, saga, phase.step);
  if (!step) throw new TypeError(`Saga ${saga.id} has no step "${phase.step}".`);
  if (phase.reason === "id-reused") return reusedChoices(controller, saga, phase);
  return {
    cancel: cancelChoice(controller, saga),
    retry: retryChoice(saga, phase, step, at),
    applied: allowed,
    notApplied: step.progress.status === "waiting" ? refuse("nothing was sent") : notAppliedChoice(saga, step, at),
  };
}

/**
 * Whether an operation is allowed at its own time `at`. Engines and `transition` both check it.
 *
 * @throws TypeError if the saga has no step of the name that its phase gives: it is not a saga of this definition.
 */
export function choiceOf(controller: Controller, saga: Saga, operation: Operation | Refused): Choice {
  const choices = choicesOf(controller, saga, operation.at);
  switch (operation.type) {
    case "cancel-requested":
      return choices.cancel;
    case "retry-requested":
      return choices.retry;
    case "resolved": {
      const { phase } = saga;
      if (phase.name === "needs-intervention") {
        const { step, action } = phase;
        if (step !== operation.step) return refuse(`what needs a human is the step ${step}, not ${operation.step}`);
        if (action !== operation.action) return refuse(`what needs a human is its ${action}, not its ${operation.action}`);
      }
      return operation.applied ? choices.applied : choices.notApplied;
    }
    case "wait-ended": {
      const { endWait = refuse("no step of its definition waits") } = choices;
      const standsAt = waitingFor(saga);
      if (endWait.allowed && standsAt !== operation.step)
        return refuse(`it waits at the step ${standsAt}, not ${operation.step}`);
      return endWait;
    }
    case "acknowledged":
      return choices.acknowledge ?? refuse("it has no late signal");
    case "refused":
      return refusalChoice(saga, operation);
  }
}

/** A refusal has no effect but this record, and somebody without a role must not be able to fill the journal with them. */
function refusalChoice({ phase, refusals = [] }: Saga, { operation, because, by }: Refused): Choice {
  // Nothing but a late signal is added to what has ended.
  if (phase.name === "completed" || phase.name === "cancelled") return refuse(`the saga has ended: it is ${phase.name}`);
  const isUnknown = phase.name === "needs-intervention" && (phase.reason === "unregistered" || phase.reason === "unreadable");
  if (isUnknown) return refuse("its records cannot be read here");
  const isKnown = refusals.some((each) => each.operation === operation && each.because === because && each.by === by);
  if (isKnown) return refuse("this refusal is on record");
  return refusals.length < REFUSALS_MAX ? allowed : refuse(`it has ${REFUSALS_MAX} refusals on record, and takes no more`);
}

/** Ruled out from when the pivot may have been sent (rule 5). */
function cancelChoice(controller: Controller, saga: Saga): Choice {
  return isPivotSent(controller, saga) ? refuse("its pivot may have been sent: it cannot be called back") : allowed;
}

/** The id is another saga's now: what the rollback was to undo is gone, and another attempt could undo what that saga did (rule 6). */
function reusedChoices(controller: Controller, saga: Saga, { holder = "another saga" }: NeedsIntervention): Choices {
  const again = refuse(`its id was given to saga ${holder} since: another attempt could undo what that saga did`);
  return { cancel: cancelChoice(controller, saga), retry: again, applied: allowed, notApplied: again };
}

/** Only where another attempt cannot have a second effect (rule 3). */
function retryChoice(saga: Saga, { action, reason }: NeedsIntervention, step: StepAt, at: number): Choice {
  if (reason === "defect")
    return refuse("the participant says that the key was used for another request: the same again is no help");
  const terms = termsAt(saga, step.progress.step);
  if (step.progress.inDoubtSince === undefined || isRepeatable(step, action)) return allowed;
  if (!terms.keyed)
    return refuse("it may have been applied, and its participant keeps no keys: sent again, it could be applied twice");
  return at < keyEndsAt(saga, step.progress, terms)
    ? allowed
    : refuse("it may have been applied, and its participant may have forgotten the key: sent again, it could be applied twice");
}

function notAppliedChoice(saga: Saga, { progress }: StepAt, at: number): Choice {
  const until = arrivalEndsAt(progress, termsAt(saga, progress.step));
  return at >= until ? allowed : refuse("an attempt at it may still be on its way to the participant", until);
}
