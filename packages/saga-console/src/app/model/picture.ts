import type { Saga, SagaEvent, SagaStep } from "../api/replies.ts";
import { type Attempt, asRecord, attemptOf, textOf } from "./attempt.ts";

/** How a call stands, on the way down (`run`) or on the way back (`undo`). A word that this console does not know is kept as it is. */
export type Mark =
  | "pending"
  | "under-way"
  | "done"
  | "rejected"
  | "unavailable"
  | "unknown"
  | "waiting"
  | "skipped"
  | "undoing"
  | "undone"
  | (string & {});

export interface StepPicture {
  readonly step: string;
  readonly run: Mark;
  /** Absent: nothing of it is undone yet. */
  readonly undo: Mark | undefined;
  readonly attempts: readonly Attempt[];
}

/** Why a saga turned back. */
export interface Turn {
  readonly cause: string;
  readonly step: string;
  readonly reason: string;
}

/** What is known of a saga after some of its events. */
export interface Picture {
  readonly state: string;
  readonly steps: readonly StepPicture[];
  /** Whether it has turned back: nothing further is run. */
  readonly isTurned: boolean;
  readonly turn: Turn | undefined;
  /** The number of its last event. */
  readonly seq: number;
}

interface Draft {
  state: string;
  readonly steps: Map<string, { run: Mark; undo: Mark | undefined; attempts: Attempt[] }>;
  isTurned: boolean;
  isClosed: boolean;
  turn: Turn | undefined;
  seq: number;
}

/** What is known after these events. An event or a step that is not known here changes nothing but the state. */
export function pictureAfter(stepNames: readonly string[], events: readonly SagaEvent[]): Picture {
  const draft: Draft = { state: "", steps: new Map(), isTurned: false, isClosed: false, turn: undefined, seq: 0 };
  for (const name of stepNames) draft.steps.set(name, { run: "pending", undo: undefined, attempts: [] });
  for (const event of events) apply(draft, event);
  const steps = [...draft.steps].map(([step, rest]) => ({ step, ...rest }));
  return { ...draft, steps: withCallUnderWay(steps, draft) };
}

function apply(draft: Draft, event: SagaEvent): void {
  const { type, seq, data } = event;
  draft.seq = seq;
  if (typeof data["state"] === "string") draft.state = data["state"];
  if (type === "cancel-requested") draft.isTurned = true;
  if (type === "closing-recorded") {
    draft.isTurned = true;
    draft.isClosed = true;
    draft.turn = turnOf(data["turn"]) ?? draft.turn;
  }
  const attempt = attemptOf(event, draft.isClosed);
  const step = event.step === undefined ? undefined : draft.steps.get(event.step);
  if (!attempt || !step) return;
  step.attempts.push(attempt);
  const { isUndo } = attempt;
  if (isUndo) step.undo = attempt.outcome === "done" ? "undone" : attempt.outcome;
  else step.run = attempt.outcome;
  if (!isUndo && attempt.outcome === "rejected") draft.isTurned = true;
}

/** The call that comes next is under way, as far as the history can say. */
function withCallUnderWay(steps: readonly StepPicture[], { isTurned, isClosed, seq }: Draft): readonly StepPicture[] {
  if (seq === 0) return steps;
  if (!isTurned) {
    const next = steps.findIndex(({ run }) => run === "pending");
    const before = steps.slice(0, Math.max(next, 0)).every(({ run }) => run === "done");
    return next >= 0 && before ? steps.with(next, { ...need(steps[next]), run: "under-way" }) : steps;
  }
  const next = isClosed ? steps.findLastIndex(({ run, undo }) => run === "done" && undo !== "undone") : -1;
  const found = steps[next];
  return found && found.undo === undefined ? steps.with(next, { ...found, undo: "undoing" }) : steps;
}

function need<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("an index that was found has no element");
  return value;
}

/** The picture of now: what the history says, and above it what the saga itself says of each step. */
export function pictureNow(saga: Saga, events: readonly SagaEvent[]): Picture {
  const told = pictureAfter(
    saga.steps.map(({ step }) => step),
    events,
  );
  const steps = saga.steps.map((step) => ({
    step: step.step,
    ...marksOf(step),
    attempts: told.steps.find((each) => each.step === step.step)?.attempts ?? [],
  }));
  return { ...told, state: saga.state, steps, isTurned: saga.direction === "compensating" || saga.status === "cancelled" };
}

/** Both marks of a step from its one status. */
export function marksOf({ status, last_error: error, next_attempt_at: next }: SagaStep): Pick<StepPicture, "run" | "undo"> {
  const failing = error && next !== undefined ? error.outcome : undefined;
  switch (status) {
    case "running":
      return { run: failing ?? "under-way", undo: undefined };
    case "undoing":
      return { run: "done", undo: failing ?? (error ? error.outcome : "undoing") };
    case "undone":
      return { run: "done", undo: "undone" };
    case "undo-refused":
      return { run: "done", undo: "rejected" };
    default:
      return { run: status, undo: undefined };
  }
}

function turnOf(value: unknown): Turn | undefined {
  const turn = asRecord(value);
  if (turn["cause"] === undefined) return undefined;
  return { cause: textOf(turn["cause"]), step: textOf(turn["step"]), reason: textOf(turn["reason"]) };
}
