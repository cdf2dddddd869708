import { describe, expect, it } from "vitest";
import type { Cell, Grid } from "../../what-if/grid.ts";
import { placeAfter, placeOf } from "./grid-keys.ts";

type Open = NonNullable<Cell["foretold"]>;

/** A grid drawn as text: `o` can be chosen. */
function gridAs(...rows: readonly string[]): Grid {
  const foretold: Open = Object.create(null);
  return rows.map((row, index) =>
    [...row].map((sign) => ({ step: `step-${index}`, trouble: "refused", foretold: sign === "o" ? foretold : undefined })),
  );
}

describe("the keys of the grid", () => {
  const grid = gridAs("ooo", ".o.", "o.o");

  it.each([
    ["ArrowRight", { row: 0, column: 0 }, { row: 0, column: 1 }],
    ["ArrowLeft", { row: 0, column: 1 }, { row: 0, column: 0 }],
    ["ArrowDown", { row: 0, column: 1 }, { row: 1, column: 1 }],
    ["ArrowUp", { row: 1, column: 1 }, { row: 0, column: 1 }],
    ["ArrowDown", { row: 0, column: 0 }, { row: 2, column: 0 }],
    ["ArrowRight", { row: 2, column: 0 }, { row: 2, column: 2 }],
    ["Home", { row: 2, column: 2 }, { row: 2, column: 0 }],
    ["End", { row: 1, column: 1 }, { row: 1, column: 1 }],
    ["ArrowLeft", { row: 0, column: 0 }, undefined],
    ["ArrowDown", { row: 2, column: 0 }, undefined],
    ["a", { row: 0, column: 0 }, undefined],
  ] as const)("lead past cells that cannot be chosen: %s from %o", (key, from, to) => {
    expect(placeAfter(grid, from, key)).toEqual(to);
  });

  it("begin at the chosen cell, else at the first one that can be chosen", () => {
    expect(placeOf(grid, grid[2]?.[2])).toEqual({ row: 2, column: 2 });
    expect(placeOf(gridAs("..", ".o"), undefined)).toEqual({ row: 1, column: 1 });
  });
});
