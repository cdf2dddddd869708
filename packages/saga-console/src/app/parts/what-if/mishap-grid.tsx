import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Definition } from "../../api/replies.ts";
import { whatIf } from "../../texts/what-if/index.ts";
import type { Cell, Grid } from "../../what-if/grid.ts";
import { stepTroubles } from "../../what-if/trouble.ts";
import { EndingWord } from "./ending-word.tsx";
import { type Place, placeAfter, placeOf } from "./grid-keys.ts";

interface MishapGridProps {
  readonly grid: Grid;
  readonly definition: Definition;
  readonly chosen: Cell | undefined;
  readonly onChoose: (cell: Cell) => void;
}

/** A cell for each step and what goes wrong there. Tab comes to one cell, the arrow keys go to the others. */
export function MishapGrid({ grid, definition, chosen, onChoose }: MishapGridProps): VNode {
  const texts = whatIf.value;
  const table = useRef<HTMLTableElement>(null);
  const visited = useSignal<Place | undefined>(undefined);
  const current = visited.value ?? placeOf(grid, chosen);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = placeAfter(grid, current, event.key);
    if (!next) return;
    event.preventDefault();
    visited.value = next;
    table.current?.querySelector<HTMLButtonElement>(`[data-place="${next.row} ${next.column}"]`)?.focus();
  };
  return (
    <section class="card" aria-label={texts.grid}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of cells that keys move in is a grid. */}
      <table ref={table} class="mishaps" role="grid" aria-label={texts.grid} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <th scope="col">{texts.step}</th>
            {stepTroubles.map((trouble) => (
              <th key={trouble} scope="col">
                {texts.troubles[trouble]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.map((cells, row) => (
            <tr key={cells[0]?.step} class={isPivot(definition, cells[0]?.step) ? "row-pivot" : ""}>
              <th scope="row" class="mono">
                {cells[0]?.step}
              </th>
              {cells.map((cell, column) => (
                <td key={cell.trouble}>
                  <CellButton
                    cell={cell}
                    isChosen={cell.step === chosen?.step && cell.trouble === chosen.trouble}
                    isCurrent={current.row === row && current.column === column}
                    place={`${row} ${column}`}
                    onChoose={() => {
                      visited.value = { row, column };
                      onChoose(cell);
                    }}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CellButtonProps {
  readonly cell: Cell;
  readonly isChosen: boolean;
  readonly isCurrent: boolean;
  readonly place: string;
  readonly onChoose: () => void;
}

function CellButton({ cell: { step, trouble, foretold }, isChosen, isCurrent, place, onChoose }: CellButtonProps): VNode {
  const texts = whatIf.value;
  if (!foretold)
    return (
      <span class="mishap-none quiet" title={texts.cannotHappen}>
        <span class="mishap-name small">{texts.troubles[trouble]}</span>
        <span aria-hidden="true">–</span>
        <span class="visually-hidden">{texts.cannotHappen}</span>
      </span>
    );
  return (
    <button
      type="button"
      class="mishap"
      aria-pressed={isChosen}
      tabIndex={isCurrent ? 0 : -1}
      data-place={place}
      onClick={onChoose}
    >
      <span class="visually-hidden">{step}, </span>
      <span class="mishap-name small">{texts.troubles[trouble]} </span>
      <EndingWord ending={foretold.ending} />
    </button>
  );
}

function isPivot({ steps }: Definition, step: string | undefined): boolean {
  return steps.some((each) => each.step === step && each.kind === "pivot");
}
