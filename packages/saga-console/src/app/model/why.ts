import type { Definition, Saga, SagaEvent, SagaStep } from "../api/replies.ts";
import { pictureNow, type Turn } from "./picture.ts";

/** One sentence of why a saga stands where it does, as a code with what it is about. The page says it in its language. */
export type Why =
  | {
      readonly code: "doubt";
      readonly step: string;
      readonly participant: string;
      readonly undo: boolean;
      readonly keyed: boolean | undefined;
    }
  | { readonly code: "refused-for-good"; readonly step: string; readonly participant: string; readonly undo: boolean }
  | {
      readonly code: "retrying";
      readonly step: string;
      readonly participant: string;
      readonly undo: boolean;
      readonly attempts: number;
      readonly outcome: string;
    }
  | { readonly code: "waiting"; readonly step: string; readonly until: string | undefined }
  | { readonly code: "under-way"; readonly step: string; readonly participant: string; readonly undo: boolean }
  | { readonly code: "turned"; readonly turn: Turn }
  | { readonly code: "completed" }
  | { readonly code: "cancelled" }
  | { readonly code: "orphans"; readonly steps: readonly string[] }
  | { readonly code: "lasting"; readonly steps: readonly string[] }
  | { readonly code: "late-signals"; readonly count: number }
  | { readonly code: "asks" };

/** A sentence, the participant's own words, and the numbers of the events that show it. */
export type Reason = Why & { readonly evidence: readonly number[]; readonly words?: string };

/** Why a saga stands where it does: the last thing first. */
export function whyOf(saga: Saga, events: readonly SagaEvent[], definition: Definition | undefined): readonly Reason[] {
  const picture = pictureNow(saga, events);
  const turned: readonly Reason[] = picture.turn
    ? [{ code: "turned", turn: picture.turn, evidence: turnEvidence(events, picture.turn), ...wordsOf(picture.turn.reason) }]
    : [];
  const late = saga.late_signals ?? [];
  return [
    ...standing(saga, events, definition),
    ...turned,
    ...(late.length > 0 ? ([{ code: "late-signals", count: late.length, evidence: [] }] as const) : []),
  ];
}

function standing(saga: Saga, events: readonly SagaEvent[], definition: Definition | undefined): readonly Reason[] {
  switch (saga.status) {
    case "completed":
      return [{ code: "completed", evidence: lastSeq(events) }];
    case "cancelled":
      return [{ code: "cancelled", evidence: lastSeq(events) }, ...remains(saga)];
    case "needs_intervention":
      return [asking(saga, events, definition)];
    default:
      return [moving(saga, events, definition)];
  }
}

function remains({ orphans = [], lasting = [] }: Saga): readonly Reason[] {
  return [
    ...(orphans.length > 0 ? ([{ code: "orphans", steps: orphans, evidence: [] }] as const) : []),
    ...(lasting.length > 0 ? ([{ code: "lasting", steps: lasting.map(({ step }) => step), evidence: [] }] as const) : []),
  ];
}

/** The step that a person is asked about: the one in doubt, else the one that was refused. */
export function askedStep({ steps }: Saga): SagaStep | undefined {
  return (
    steps.find(({ status }) => status === "unknown") ??
    steps.findLast(({ status, last_error: error }) => status === "undoing" && error !== undefined) ??
    steps.findLast(({ status }) => status === "undo-refused") ??
    steps.find(({ status, last_error: error }) => status === "running" && error !== undefined) ??
    steps.find(({ status }) => status === "rejected") ??
    steps.find(({ status }) => status === "waiting")
  );
}

function asking(saga: Saga, events: readonly SagaEvent[], definition: Definition | undefined): Reason {
  const asked = askedStep(saga);
  if (!asked) return { code: "asks", evidence: lastSeq(events) };
  const { step, last_error: error } = asked;
  const about = {
    step,
    ...participantOf(definition, step),
    undo: isUndo(asked),
    evidence: evidenceOf(events, step),
    ...wordsOf(error?.reason),
  };
  if (asked.status === "waiting") return { code: "asks", evidence: about.evidence };
  const isDoubt = asked.status === "unknown" || error?.outcome === "unknown";
  return isDoubt ? { code: "doubt", ...about, keyed: keyedOf(definition, step) } : { code: "refused-for-good", ...about };
}

function moving(saga: Saga, events: readonly SagaEvent[], definition: Definition | undefined): Reason {
  const waiting = saga.steps.find(({ waits, status }) => waits !== undefined && status === "waiting");
  if (waiting) return { code: "waiting", step: waiting.step, until: waiting.waits?.until, evidence: lastSeq(events) };
  const current =
    saga.steps.find(({ next_attempt_at: next }) => next !== undefined) ??
    saga.steps.findLast(({ status }) => status === "undoing") ??
    saga.steps.find(({ status }) => status === "running");
  if (!current) return { code: "asks", evidence: lastSeq(events) };
  const { step, attempts, last_error: error } = current;
  const about = { step, ...participantOf(definition, step), undo: isUndo(current) };
  if (!error || current.next_attempt_at === undefined) return { code: "under-way", ...about, evidence: lastSeq(events) };
  return {
    code: "retrying",
    ...about,
    attempts,
    outcome: error.outcome,
    evidence: evidenceOf(events, step),
    ...wordsOf(error.reason),
  };
}

function isUndo({ status }: SagaStep): boolean {
  return status === "undoing" || status === "undo-refused";
}

function participantOf(definition: Definition | undefined, step: string): { readonly participant: string } {
  return { participant: definition?.steps.find((each) => each.step === step)?.participant ?? "" };
}

function keyedOf(definition: Definition | undefined, step: string): boolean | undefined {
  return definition?.steps.find((each) => each.step === step)?.keyed;
}

function wordsOf(reason: string | undefined): { readonly words?: string } {
  return reason === undefined || reason === "" ? {} : { words: reason };
}

function evidenceOf(events: readonly SagaEvent[], step: string): readonly number[] {
  const last = events.findLast((event) => event.step === step);
  return last ? [last.seq] : [];
}

function turnEvidence(events: readonly SagaEvent[], { step }: Turn): readonly number[] {
  const refusal = events.find(
    (event) => event.type === "answered" && event.step === step && event.data["outcome"] === "rejected",
  );
  const closing = events.find(({ type }) => type === "closing-recorded" || type === "cancel-requested");
  return [refusal?.seq, closing?.seq].filter((seq) => seq !== undefined);
}

function lastSeq(events: readonly SagaEvent[]): readonly number[] {
  const last = events.at(-1);
  return last ? [last.seq] : [];
}
