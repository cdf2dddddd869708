import type { DefinitionStep } from "../api/replies.ts";
import type { Mark, Picture, StepPicture } from "./picture.ts";

/** A part of a rail: what happened, what may follow, or what does not. */
export type Line = "happened" | "may" | "never";

/** One step, drawn: its place on the rail down and on the rail back. */
export interface Rung extends StepPicture {
  readonly kind: string;
  readonly participant: string;
  readonly state: string | undefined;
  readonly undoingState: string | undefined;
  /** Its node on the rail back; undefined where nothing is undone there. */
  readonly undoNode: Mark | "ready" | undefined;
  readonly down: { readonly above: Line; readonly below: Line };
  readonly back: { readonly above: Line; readonly below: Line };
  /** The line from the rail down to the rail back. */
  readonly turn: Line;
}

export interface Ladder {
  readonly rungs: readonly Rung[];
  /** Whether the saga ended at the foot of the rail down. */
  readonly completed: Line;
  /** Whether it ended at the head of the rail back. */
  readonly cancelled: Line;
}

/** Where a saga is in the end: only what the API says of it as a whole. */
export type SagaEnd = "completed" | "cancelled" | undefined;

/**
 * Lays a saga out as two rails: down, and back. A definition may be missing (an earlier version): then the steps have no kinds, and nothing may be said of what
 * can be undone before it is.
 */
export function layOut(picture: Picture, definition: readonly DefinitionStep[] | undefined, end: SagaEnd): Ladder {
  const { steps } = picture;
  const known = (step: string) => definition?.find((each) => each.step === step);
  const isUndoable = ({ step, undo }: StepPicture) => undo !== undefined || known(step)?.kind === "compensatable";
  const isTurned = end !== "completed" && (picture.isTurned || end === "cancelled");
  const lastReached = steps.findLastIndex(({ run }) => isReached(run));
  const pivot = steps.findIndex(({ step }) => known(step)?.kind === "pivot");
  const isPivotDone = pivot >= 0 && steps[pivot]?.run === "done";
  const mayTurn = end === undefined && !isPivotDone && lastReached >= 0;
  const turnAt = isTurned || mayTurn ? lastReached : -1;
  const hasBegunBack = end === "cancelled" || steps.some(({ undo }) => undo !== undefined);
  // The highest step that the way back has come to.
  const highest = end === "cancelled" ? -1 : steps.findIndex(({ undo }) => undo !== undefined);
  const backAbove = (index: number): Line => {
    if (index > turnAt) return "never";
    if (!isTurned) return "may";
    if (!hasBegunBack) return "may";
    return end === "cancelled" || index > highest ? "happened" : "may";
  };
  const downBelow = (index: number): Line => {
    const next = steps[index + 1];
    if (next ? isReached(next.run) : end === "completed") return "happened";
    return isTurned || end !== undefined ? "never" : "may";
  };
  const turnLine = (index: number): Line => {
    if (index !== turnAt) return "never";
    return isTurned && (hasBegunBack || picture.turn !== undefined) ? "happened" : "may";
  };
  const undoNode = (step: StepPicture, index: number): Rung["undoNode"] => {
    if (step.undo !== undefined) return step.undo;
    const isToUndo = step.run === "done" || (index === turnAt && step.run === "unknown");
    return isUndoable(step) && isToUndo && backAbove(index) !== "never" ? "ready" : undefined;
  };
  const rungs = steps.map((step, index): Rung => {
    const { kind = "", participant = "", state, undoing_state: undoingState } = known(step.step) ?? {};
    return {
      ...step,
      kind,
      participant,
      state,
      undoingState,
      undoNode: undoNode(step, index),
      down: { above: index === 0 ? (isReached(step.run) ? "happened" : "may") : downBelow(index - 1), below: downBelow(index) },
      back: { above: backAbove(index), below: index < turnAt ? backAbove(index + 1) : "never" },
      turn: turnLine(index),
    };
  });
  return { rungs, completed: downBelow(steps.length - 1), cancelled: turnAt < 0 ? "never" : backAbove(0) };
}

function isReached(run: Mark): boolean {
  return run !== "pending" && run !== "skipped";
}
