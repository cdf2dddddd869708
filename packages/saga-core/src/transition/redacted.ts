import type { Controller } from "../definition/controller.ts";
import { maskMembers, maskText } from "../definition/mask.ts";
import type { Outcome } from "../definition/outcome.ts";
import { secretTextsOf, withoutSecretMembers } from "../definition/secret-members.ts";
import type { Turn } from "../definition/turn.ts";
import { isJsonObject, type JsonObject, throughJson } from "../json.ts";
import type { Failure, OperatorNote, SagaEvent } from "./event.ts";
import type { KnownSignal, Phase, Saga, StepProgress } from "./saga.ts";

/** A saga and its definition. */
interface Known {
  readonly saga: Saga;
  readonly controller: Controller;
}

/**
 * The saga as people may see it: with a mask in the place of each secret member, and of each secret value in other members and in texts. Every
 * view of a saga and every search starts here; handlers and the journal have the saga itself.
 */
export function redacted({ saga, controller }: Known): Saga {
  const hide = redactionOf({ saga, controller });
  if (!hide) return saga;
  const { lateSignals } = saga;
  return {
    ...saga,
    input: hide.members(saga.input),
    data: hide.members(saga.data),
    steps: saga.steps.map((progress) => redactedStep(progress, hide)),
    phase: redactedPhase(saga.phase, hide),
    ...(lateSignals && { lateSignals: lateSignals.map((late) => redactedSignal(late, hide)) }),
  };
}

/** An event of the saga, as people may see it. */
export function redactedEvent(known: Known, event: SagaEvent): SagaEvent {
  const hide = redactionOf(known, membersOf(event));
  return hide ? eventWithout(event, hide) : event;
}

/** What was made of the saga's data, such as the reply to its start, as people may see it. */
export function redactedMembers(known: Known, members: object): object {
  const hide = redactionOf(known);
  if (!hide) return members;
  const plain = throughJson(members);
  return isJsonObject(plain) ? hide.members(plain) : members;
}

/** A text about the saga, as people may see it. */
export function redactedText(known: Known, text: string): string {
  return redactionOf(known)?.text(text) ?? text;
}

/** How the secrets of one saga are hidden. */
interface Redaction {
  readonly text: (text: string) => string;
  readonly members: (value: JsonObject) => JsonObject;
}

/** Undefined where nothing is secret: most definitions have no secret, and are viewed often. */
function redactionOf({ saga, controller }: Known, further: readonly JsonObject[] = []): Redaction | undefined {
  // What was secret at its start stays so, also where its definition is not known here.
  if (controller.secret.length === 0 && saga.secret === undefined) return undefined;
  const paths = [...new Set([...controller.secret, ...(saga.secret ?? [])])];
  const known = [...(saga.lateSignals ?? []), ...saga.steps.flatMap(signalsOf)];
  const places = [saga.input, saga.data, ...known.flatMap(({ outcome }) => resultOf(outcome)), ...further];
  const secrets = [...new Set(places.flatMap((place) => secretTextsOf(place, paths)))];
  return {
    text: (text) => maskText(text, secrets),
    members: (value) => maskMembers(withoutSecretMembers(value, paths), secrets),
  };
}

function signalsOf({ signal, pastRefusals = [] }: StepProgress): readonly KnownSignal[] {
  return [...(signal ? [signal] : []), ...pastRefusals];
}

function resultOf(outcome: Outcome<JsonObject>): readonly JsonObject[] {
  return outcome.outcome === "done" ? [outcome.result] : [];
}

/** What an event brings, which its saga may not have any more, or never had. */
function membersOf(event: SagaEvent): readonly JsonObject[] {
  switch (event.type) {
    case "started":
      return [event.input];
    case "answered":
    case "signalled":
      return resultOf(event.outcome);
    case "resolved":
      return [event.result];
    case "id-reused":
    case "woken":
    case "pivot-recorded":
    case "closing-recorded":
    case "parked":
    case "resumed":
    case "cancel-requested":
    case "retry-requested":
    case "wait-ended":
    case "acknowledged":
    case "refused":
    case "correlation-refused":
    case "compacted":
      return [];
  }
}

function eventWithout(event: SagaEvent, hide: Redaction): SagaEvent {
  switch (event.type) {
    case "started":
      return { ...event, input: hide.members(event.input) };
    case "answered":
      return { ...event, outcome: redactedOutcome(event.outcome, hide) };
    case "signalled":
      return { ...event, ...redactedSignal(event, hide) };
    case "resolved":
      return { ...event, result: hide.members(event.result), ...redactedNote(event, hide) };
    case "cancel-requested":
    case "retry-requested":
    case "wait-ended":
    case "acknowledged":
      return { ...event, ...redactedNote(event, hide) };
    case "refused":
      return { ...event, ...redactedNote(event, hide) };
    case "closing-recorded":
      return event.turn ? { ...event, turn: redactedTurn(event.turn, hide) } : event;
    case "compacted":
      return {
        ...event,
        progress: redactedStep(event.progress, hide),
        first: redactedFailure(event.first, hide),
        last: redactedFailure(event.last, hide),
      };
    case "id-reused":
    case "woken":
    case "pivot-recorded":
    case "parked":
    case "resumed":
    case "correlation-refused":
      return event;
  }
}

function redactedOutcome<Read extends Outcome<JsonObject>>(outcome: Read, hide: Redaction): Read {
  return outcome.outcome === "done"
    ? { ...outcome, result: hide.members(outcome.result) }
    : { ...outcome, reason: hide.text(outcome.reason) };
}

function redactedSignal<Signal extends Pick<KnownSignal, "outcome">>(signal: Signal, hide: Redaction): Signal {
  return { ...signal, outcome: redactedOutcome(signal.outcome, hide) };
}

function redactedFailure(failure: Failure, hide: Redaction): Failure {
  return { ...failure, reason: hide.text(failure.reason) };
}

function redactedTurn(turn: Turn, hide: Redaction): Turn {
  return { ...turn, reason: hide.text(turn.reason) };
}

function redactedNote({ by, note }: OperatorNote, hide: Redaction): OperatorNote {
  return { ...(by !== undefined && { by: hide.text(by) }), ...(note !== undefined && { note: hide.text(note) }) };
}

function redactedStep(progress: StepProgress, hide: Redaction): StepProgress {
  const { lastError, signal, pastRefusals } = progress;
  return {
    ...progress,
    ...(lastError && { lastError: { ...lastError, reason: hide.text(lastError.reason) } }),
    ...(signal && { signal: redactedSignal(signal, hide) }),
    ...(pastRefusals && { pastRefusals: pastRefusals.map((refusal) => redactedSignal(refusal, hide)) }),
  };
}

function redactedPhase<Shown extends Phase>(phase: Shown, hide: Redaction): Phase {
  switch (phase.name) {
    case "settling":
    case "undoing":
    case "cancelled":
      return { ...phase, turn: redactedTurn(phase.turn, hide) };
    case "needs-intervention":
      return "turn" in phase.during
        ? { ...phase, during: { ...phase.during, turn: redactedTurn(phase.during.turn, hide) } }
        : phase;
    case "forward":
    case "completed":
      return phase;
  }
}
