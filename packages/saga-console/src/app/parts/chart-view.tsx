import type { VNode } from "preact";
import type { Chart, ChartArrow, ChartState } from "../model/chart.ts";
import { t } from "../texts/language.ts";

const ROW = 46;
const TOP = 20;
const HALF = 13;
/** The middle of each column, in the drawing's own units. */
const MIDDLE = [88, 272] as const;
const HALF_WIDTH = 82;
const WIDTH = 360;

/** The states of the definition with the path taken, as a drawing and as a list. */
export function ChartView({ chart }: { readonly chart: Chart }): VNode | null {
  if (chart.states.length === 0) return null;
  const { details } = t.value;
  const left = chart.arrows.filter(({ isTaken }) => !isTaken);
  return (
    <section class="card" aria-labelledby="chart">
      <header class="card-head">
        <h2 id="chart">{details.chart}</h2>
        <span class="quiet small">{details.chartHint}</span>
      </header>
      <Drawing chart={chart} />
      <details class="fold">
        <summary>{details.path}</summary>
        <ol class="path small">
          {chart.moves.map(({ from, to, by, seq }) => (
            <li key={seq}>
              <span class="mono">{from}</span> → <span class="mono">{to}</span>{" "}
              <span class="quiet">{by.length === 0 ? details.noArrow : by.join(", ")}</span>{" "}
              <a class="chip" href={`#event-${seq}`} aria-label={t.value.saga.evidence(seq)}>
                {seq}
              </a>
            </li>
          ))}
          {chart.states.filter(isNamed).map((state) => (
            <li key={state.name}>
              <span class="mono">{state.name}</span>
              {t.value.colon} {notesOf(state).join(", ")}
            </li>
          ))}
        </ol>
        {left.length > 0 && <h3 class="small quiet">{details.otherArrows}</h3>}
        <ul class="path small">
          {left.map(({ from, to, event }) => (
            <li key={`${from} ${event} ${to}`}>
              <span class="mono">{from}</span> → <span class="mono">{to}</span> <span class="quiet">{event}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function isNamed({ isHere, isKnown }: ChartState): boolean {
  return isHere || !isKnown;
}

function notesOf({ isHere, isKnown }: ChartState): readonly string[] {
  const { details } = t.value;
  return [...(isHere ? [details.here] : []), ...(isKnown ? [] : [details.notInDefinition])];
}

function Drawing({ chart }: { readonly chart: Chart }): VNode {
  const height = TOP + chart.rows * ROW;
  const placed = new Map(chart.states.map((state) => [state.name, state]));
  // What was taken is drawn above what was not.
  const arrows = chart.arrows.toSorted((one, other) => Number(one.isTaken) - Number(other.isTaken));
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true">
      <defs>
        {["taken", "open"].map((kind) => (
          <marker
            key={kind}
            id={`head-${kind}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
            markerUnits="userSpaceOnUse"
          >
            <path class={`head-${kind}`} d="M0 0 8 4 0 8Z" />
          </marker>
        ))}
      </defs>
      {arrows.map((arrow) => (
        <Arrow
          key={`${arrow.from} ${arrow.event} ${arrow.to}`}
          arrow={arrow}
          from={placed.get(arrow.from)}
          to={placed.get(arrow.to)}
        />
      ))}
      {chart.states.map((state) => (
        <StateBox key={state.name} state={state} />
      ))}
    </svg>
  );
}

function yOf({ row }: ChartState): number {
  return TOP + row * ROW;
}

function StateBox({ state }: { readonly state: ChartState }): VNode {
  const { name, column, isTaken, isHere, isKnown } = state;
  const kind = isHere ? "here" : isTaken ? "taken" : "open";
  return (
    <g class={`state state-${kind} ${isKnown ? "" : "state-strange"}`}>
      <rect x={MIDDLE[column] - HALF_WIDTH} y={yOf(state) - HALF} width={2 * HALF_WIDTH} height={2 * HALF} rx="4" />
      {/* A long name is squeezed into its box. */}
      <text
        x={MIDDLE[column]}
        y={yOf(state) + 4}
        {...(name.length > 22 && { textLength: 2 * HALF_WIDTH - 10, lengthAdjust: "spacingAndGlyphs" })}
      >
        {name}
      </text>
    </g>
  );
}

interface ArrowProps {
  readonly arrow: ChartArrow;
  readonly from: ChartState | undefined;
  readonly to: ChartState | undefined;
}

function Arrow({ arrow: { isTaken }, from, to }: ArrowProps): VNode | null {
  if (!from || !to) return null;
  const kind = isTaken ? "taken" : "open";
  const tone = to.column === 1 ? "back" : "down";
  return <path class={`arrow arrow-${kind} arrow-${tone}`} d={lineBetween(from, to)} marker-end={`url(#head-${kind})`} />;
}

function lineBetween(from: ChartState, to: ChartState): string {
  const [x1, x2, y1, y2] = [MIDDLE[from.column], MIDDLE[to.column], yOf(from), yOf(to)];
  if (from.column !== to.column) {
    const side = from.column === 0 ? 1 : -1;
    const [begin, end] = [x1 + side * HALF_WIDTH, x2 - side * HALF_WIDTH];
    return `M${begin} ${y1}C${begin + side * 14} ${y1} ${end - side * 14} ${y2} ${end} ${y2}`;
  }
  const down = y2 > y1 ? 1 : -1;
  if (Math.abs(to.row - from.row) === 1) return `M${x1} ${y1 + down * HALF}V${y2 - down * HALF}`;
  // Past the boxes between.
  const edge = x1 + (from.column === 0 ? -1 : 1) * HALF_WIDTH;
  const out = edge + (from.column === 0 ? -6 : 6);
  return `M${edge} ${y1}C${out} ${y1} ${out} ${y2} ${edge} ${y2}`;
}
