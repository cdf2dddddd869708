import type { Cell, Grid } from "../../what-if/grid.ts";

/** A cell of the grid by its numbers, from 0. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Where a cell stands; the first one that can be chosen, where there is none. */
export function placeOf(grid: Grid, cell: Cell | undefined): Place {
  return placeWhere(grid, (each) => each === cell) ?? placeWhere(grid, isOpen) ?? { row: 0, column: 0 };
}

function placeWhere(grid: Grid, fits: (cell: Cell) => boolean): Place | undefined {
  const row = grid.findIndex((cells) => cells.some(fits));
  const column = grid[row]?.findIndex(fits) ?? -1;
  return row < 0 ? undefined : { row, column };
}

function isOpen({ foretold }: Cell): boolean {
  return foretold !== undefined;
}

const steps: Readonly<Record<string, Place>> = {
  ArrowRight: { row: 0, column: 1 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowDown: { row: 1, column: 0 },
  ArrowUp: { row: -1, column: 0 },
};

/** Where a key leads from there, past cells that cannot be chosen; undefined: nowhere. */
export function placeAfter(grid: Grid, from: Place, key: string): Place | undefined {
  if (key === "Home" || key === "End") return edgeOf(grid, from.row, key);
  const by = steps[key];
  if (!by) return undefined;
  let at = { row: from.row + by.row, column: from.column + by.column };
  for (let cell = cellAt(grid, at); cell; cell = cellAt(grid, at)) {
    if (isOpen(cell)) return at;
    at = { row: at.row + by.row, column: at.column + by.column };
  }
  return undefined;
}

function cellAt(grid: Grid, { row, column }: Place): Cell | undefined {
  return grid[row]?.[column];
}

function edgeOf(grid: Grid, row: number, key: "Home" | "End"): Place | undefined {
  const cells = grid[row] ?? [];
  const column = key === "Home" ? cells.findIndex(isOpen) : cells.findLastIndex(isOpen);
  return column < 0 ? undefined : { row, column };
}
