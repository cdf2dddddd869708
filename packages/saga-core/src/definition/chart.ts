import { type AnyHandler, hasEffect } from "./handler.ts";

/** One arrow of the chart: in state `from`, `event` leads to state `to`. */
export interface Arrow {
  readonly from: string;
  readonly event: string;
  readonly to: string;
}

/** The states and arrows of a definition, derived from its chain: forward down the steps, and back up to undo them. A read has none. */
export interface Chart {
  readonly initial: string;
  readonly states: readonly string[];
  readonly arrows: readonly Arrow[];
}

export const COMPLETED = "COMPLETED";
export const CANCELLED = "CANCELLED";

export function deriveChart(all: readonly AnyHandler[]): Chart {
  const handlers = all.filter(hasEffect);
  const undoingBefore = (index: number): string => {
    const previous = handlers[index - 1];
    return previous?.kind === "compensatable" ? previous.words.undoing : CANCELLED;
  };
  const forward = handlers.flatMap((handler, index): readonly Arrow[] => {
    const from = handler.words.state;
    const arrow = { from, event: handler.words.done, to: handlers[index + 1]?.words.state ?? COMPLETED };
    return handler.kind === "retriable" ? [arrow] : [arrow, { from, event: handler.words.failed, to: undoingBefore(index) }];
  });
  const back = handlers.flatMap((handler, index): readonly Arrow[] =>
    // The last step of a chain without a pivot is never undone: when it is done, the saga is.
    handler.kind === "compensatable" && index < handlers.length - 1
      ? [{ from: handler.words.undoing, event: handler.words.undone, to: undoingBefore(index) }]
      : [],
  );
  const arrows = [...forward, ...back.reverse()];
  return {
    initial: handlers[0]?.words.state ?? COMPLETED,
    states: [...new Set(arrows.flatMap((arrow) => [arrow.from, arrow.to]))],
    arrows,
  };
}

/** The problem of a chart, or undefined: an ambiguous event, a state that cannot be reached, or a loop. */
export function findChartProblem({ initial, states, arrows }: Chart): string | undefined {
  const seen = new Set<string>();
  for (const { from, event } of arrows) {
    if (seen.has(`${from} ${event}`)) return `the event ${event} leaves the state ${from} twice`;
    seen.add(`${from} ${event}`);
  }
  const reached = new Set<string>();
  const problem = walk(initial, [], arrows, reached);
  if (problem) return problem;
  const unreachable = states.find((state) => !reached.has(state));
  return unreachable === undefined ? undefined : `the state ${unreachable} cannot be reached`;
}

function walk(state: string, path: readonly string[], arrows: readonly Arrow[], reached: Set<string>): string | undefined {
  if (path.includes(state)) return `the states ${[...path.slice(path.indexOf(state)), state].join(" -> ")} are a loop`;
  if (reached.has(state)) return undefined;
  reached.add(state);
  for (const arrow of arrows) {
    if (arrow.from !== state) continue;
    const problem = walk(arrow.to, [...path, state], arrows, reached);
    if (problem) return problem;
  }
  return undefined;
}
