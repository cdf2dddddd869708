import { ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { type Ladder, layOut } from "../model/ladder.ts";
import { pictureNow } from "../model/picture.ts";
import { gridOf } from "./grid.ts";
import { shownSaga } from "./shown-saga.ts";
import { tell } from "./testing/play-for-real.ts";
import type { StepTrouble } from "./trouble.ts";

const steps = [
  { step: "order", kind: "compensatable" },
  { step: "pay", kind: "pivot", keyed: false },
] as const;

async function ladderOf(step: string, trouble: StepTrouble): Promise<Ladder> {
  const [told] = await tell([{ definition: new ScriptedController(steps, new ScriptedWorld()) }]);
  const cell =
    told &&
    gridOf(told, "as-told")
      .flat()
      .find((each) => each.step === step && each.trouble === trouble);
  if (!cell?.foretold) throw new Error("there is no such cell");
  const { ending } = cell.foretold;
  const { saga, events } = shownSaga(cell.foretold);
  return layOut(pictureNow(saga, events), told?.steps, ending === "completed" || ending === "cancelled" ? ending : undefined);
}

describe("the ladder of what is foretold", () => {
  it("leads back to its head when the pivot is refused", async () => {
    const { rungs, cancelled, completed } = await ladderOf("pay", "refused");
    expect(rungs.map(({ run, undo }) => [run, undo])).toEqual([
      ["done", "undone"],
      ["rejected", undefined],
    ]);
    expect([cancelled, completed]).toEqual(["happened", "never"]);
  });

  it("has both ways open at a pivot that is in doubt, and the attempts that were made", async () => {
    const { rungs, cancelled, completed } = await ladderOf("pay", "cut");
    expect(rungs.map(({ run, undoNode }) => [run, undoNode])).toEqual([
      ["done", "ready"],
      ["unknown", undefined],
    ]);
    expect([cancelled, completed]).toEqual(["may", "may"]);
    expect(rungs.map(({ attempts }) => attempts.map(({ action, outcome }) => `${action} ${outcome}`))).toEqual([
      ["run done"],
      ["run unknown"],
    ]);
  });
});
