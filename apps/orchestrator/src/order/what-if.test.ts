import { type Foretold, gridOf } from "saga-console/what-if";
import { describe, expect, it } from "vitest";
import { playOrder, tellOrder } from "../testing/what-if/play-order.ts";

const grids = await Promise.all(
  [true, false].map(async (keyed) => {
    const told = await tellOrder(keyed);
    return { keyed, told, cells: gridOf(told, "as-told").flat() };
  }),
);

describe("what the console foretells of an order", () => {
  it("is a cell for each of four steps and six troubles, and none is left out", () => {
    for (const { cells } of grids) expect(cells.filter(({ foretold }) => foretold)).toHaveLength(24);
  });

  const cells = grids.flatMap(({ keyed, cells: all }) => all.map((cell) => ({ keyed, ...cell })));

  it.each(cells)("is what the real engine does: $step $trouble, keyed: $keyed", async ({ keyed, step, trouble, foretold }) => {
    const { effects, ...played } = await playOrder({ step, trouble }, keyed);
    expect(foretold && shown(foretold)).toEqual(played);
    const runs = effects.filter((effect) => effect.endsWith("/run")).map((effect) => effect.split("/")[0]);
    const undone = effects.filter((effect) => effect.endsWith("/rollback")).map((effect) => effect.split("/")[0]);
    if (played.ending === "completed") expect([runs, undone]).toEqual([["create-order", "decrease-stock", "create-payment"], []]);
    if (played.ending === "cancelled") expect(undone).toEqual(runs.toReversed());
  });

  it("ends in several ways", () => {
    const endings = grids.map(({ cells }) => new Set(cells.map(({ foretold }) => foretold?.ending)));
    expect(endings).toEqual([1, 2].map(() => new Set(["completed", "cancelled", "needs_intervention"])));
  });

  it("is the same for the other choice of keys as at services that really have it", () => {
    const [kept, notKept] = grids;
    if (!kept || !notKept) throw new Error("there are two");
    expect(gridOf(notKept.told, "kept")).toEqual(gridOf(kept.told, "as-told"));
    expect(gridOf(kept.told, "not-kept")).toEqual(gridOf(notKept.told, "as-told"));
  });
});

/** What a person would see of it at an orchestrator. */
function shown({ ending, state, calls, durationMs, isCancelRefused, client }: Foretold) {
  return { ending, state, calls, durationMs, isCancelRefused, client };
}
