import type { Definition, SagaEvent } from "../api/replies.ts";

/** A state in the drawing, in a column and a row of it. */
export interface ChartState {
  readonly name: string;
  /** 0: on the way down. 1: on the way back. */
  readonly column: 0 | 1;
  readonly row: number;
  readonly isTaken: boolean;
  readonly isHere: boolean;
  /** Whether the definition has it. */
  readonly isKnown: boolean;
}

export interface ChartArrow {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly isTaken: boolean;
}

/** A move of the saga from one state to another. */
export interface ChartMove {
  readonly from: string;
  readonly to: string;
  /** The words of the arrows that lead there; none: no arrows of the definition do. */
  readonly by: readonly string[];
  /** The number of the event that made it. */
  readonly seq: number;
}

/** The states of a definition, and the path that a saga took through them. */
export interface Chart {
  readonly states: readonly ChartState[];
  readonly arrows: readonly ChartArrow[];
  readonly moves: readonly ChartMove[];
  readonly rows: number;
}

type Arrow = Definition["transitions"][number];

/** Lays the chart out. Without a definition it has the path alone. A state that the definition does not have is drawn below the others. */
export function chartOf(definition: Definition | undefined, events: readonly SagaEvent[]): Chart {
  const path = pathIn(events);
  const transitions = definition?.transitions ?? [];
  const legs = path.slice(1).map(({ state: to, seq }, index) => {
    const from = path[index]?.state ?? "";
    return { from, to, seq, arrows: wayBetween(transitions, from, to) };
  });
  const taken = new Set(legs.flatMap(({ arrows }) => arrows));
  const visited = new Set([...path.map(({ state }) => state), ...[...taken].flatMap(({ from, to }) => [from, to])]);
  const here = path.at(-1)?.state;
  const known = definition?.states ?? [];
  const places = placesOf(
    definition,
    [...visited].filter((state) => !known.includes(state)),
  );
  const states = [...places].map(([name, place]) => ({
    name,
    ...place,
    isTaken: visited.has(name),
    isHere: name === here,
    isKnown: definition === undefined || known.includes(name),
  }));
  const drawn = transitions.filter(({ from, to }) => places.has(from) && places.has(to));
  const jumps = legs.filter(({ arrows }) => arrows.length === 0);
  return {
    states,
    arrows: [
      ...drawn.map((arrow) => ({ from: arrow.from, to: arrow.to, event: arrow.event, isTaken: taken.has(arrow) })),
      ...jumps.map(({ from, to }) => ({ from, to, event: "", isTaken: true })),
    ],
    moves: legs.map(({ from, to, seq, arrows }) => ({ from, to, seq, by: arrows.map(({ event }) => event) })),
    rows: Math.max(0, ...states.map(({ row }) => row + 1)),
  };
}

/** The states that a saga was in, one after the other, with the event that brought it there. */
function pathIn(events: readonly SagaEvent[]): readonly { readonly state: string; readonly seq: number }[] {
  const path: { state: string; seq: number }[] = [];
  for (const { seq, data } of events) {
    const { state } = data;
    if (typeof state === "string" && state !== path.at(-1)?.state) path.push({ state, seq });
  }
  return path;
}

/** The fewest arrows that lead from one state to another: an event may pass through states. */
function wayBetween(transitions: readonly Arrow[], from: string, to: string): readonly Arrow[] {
  const cameBy = new Map<string, Arrow | undefined>([[from, undefined]]);
  const open = [from];
  for (let state = open.shift(); state !== undefined && !cameBy.has(to); state = open.shift()) {
    for (const arrow of transitions) {
      if (arrow.from !== state || cameBy.has(arrow.to)) continue;
      cameBy.set(arrow.to, arrow);
      open.push(arrow.to);
    }
  }
  const way: Arrow[] = [];
  for (let arrow = cameBy.get(to); arrow !== undefined; arrow = cameBy.get(arrow.from)) way.unshift(arrow);
  return way;
}

interface Place {
  readonly column: 0 | 1;
  readonly row: number;
}

/**
 * The way down stands on the left, the way back beside it: each undoing state in the row of the step that it undoes, and where a saga ends
 * undone, above them all, where the way back leads.
 */
function placesOf(definition: Definition | undefined, strangers: readonly string[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const { states = [], steps = [], transitions = [] } = definition ?? {};
  let row = 1;
  for (const { state, undoing_state: undoing } of steps) {
    if (state === undefined || places.has(state)) continue;
    places.set(state, { column: 0, row });
    if (undoing !== undefined) places.set(undoing, { column: 1, row });
    row += 1;
  }
  const undoing = new Set([...places].filter(([, { column }]) => column === 1).map(([state]) => state));
  const others = [...states, ...strangers].filter((state) => !places.has(state));
  const undone = others.find((state) => transitions.some(({ from, to }) => to === state && undoing.has(from)));
  if (undone !== undefined) places.set(undone, { column: 1, row: 0 });
  for (const state of others) {
    if (state === undone) continue;
    places.set(state, { column: 0, row });
    row += 1;
  }
  return places;
}
