import { describe, expect, it } from "vitest";
import { type Ladder, type Line, layOut, type SagaEnd } from "./ladder.ts";
import { pictureNow } from "./picture.ts";
import { orderSteps, sagaOf } from "./samples.ts";

const signs: Readonly<Record<Line, string>> = { happened: "|", may: ":", never: " " };
const turns: Readonly<Record<Line, string>> = { happened: "--", may: "..", never: "  " };

/** The rails as text, a line for each step: above and below its node on the way down, the turn, above and below on the way back. */
function drawn({ rungs, completed, cancelled }: Ladder): readonly string[] {
  const rows = rungs.map(
    ({ down, back, turn, undoNode }) =>
      `${signs[down.above]}o${signs[down.below]}${turns[turn]}${signs[back.above]}${undoNode === undefined ? "." : "o"}${signs[back.below]}`,
  );
  return [...rows, `completed${signs[completed]} cancelled${signs[cancelled]}`];
}

function ladderOf(statuses: readonly string[], more: Parameters<typeof sagaOf>[1] = {}, end: SagaEnd = undefined) {
  return drawn(layOut(pictureNow(sagaOf(statuses, more), []), orderSteps, end));
}

describe("the ladder", () => {
  it("leads down and has no way back when the saga is completed", () => {
    expect(ladderOf(["done", "done", "done", "done"], { status: "completed" }, "completed")).toEqual([
      "|o|   . ",
      "|o|   . ",
      "|o|   . ",
      "|o|   . ",
      "completed| cancelled ",
    ]);
  });

  it("draws both ways out of a pivot in doubt, dashed", () => {
    expect(ladderOf(["done", "done", "done", "unknown"], { status: "needs_intervention" })).toEqual([
      "|o|  :o:",
      "|o|  :o:",
      "|o|  :.:",
      "|o:..:. ",
      "completed: cancelled:",
    ]);
  });

  it("draws solid how far the way back has come, and dashed the rest", () => {
    expect(ladderOf(["done", "undone", "done", "rejected"], { direction: "compensating" })).toEqual([
      "|o|  :o:",
      "|o|  :o|",
      "|o|  |.|",
      "|o --|. ",
      "completed  cancelled:",
    ]);
  });

  it("leads to the head of the way back when everything is undone", () => {
    expect(
      ladderOf(["undone", "rejected", "pending", "pending"], { status: "cancelled", direction: "compensating" }, "cancelled"),
    ).toEqual(["|o|  |o|", "|o --|. ", " o    . ", " o    . ", "completed  cancelled|"]);
  });

  it("has no way back once the pivot is done", () => {
    const [, , , pivot, ends] = ladderOf(["done", "done", "done", "done"]);
    expect([pivot, ends]).toEqual(["|o:   . ", "completed: cancelled "]);
  });

  it("draws the steps of a version that is not described, and promises nothing of what can be undone", () => {
    const ladder = layOut(pictureNow(sagaOf(["done", "running"]), []), undefined, undefined);
    expect(ladder.rungs.map(({ step, kind, undoNode }) => [step, kind, undoNode])).toEqual([
      ["create-order", "", undefined],
      ["decrease-stock", "", undefined],
    ]);
  });

  it("draws a saga without a step", () => {
    expect(ladderOf([])).toEqual(["completed: cancelled "]);
  });
});
