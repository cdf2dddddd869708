import { type AnyEffectHandler, type AnyHandler, hasEffect } from "./handler.ts";
import { timesOut } from "./wait-terms.ts";

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
/** The event by which a cancelled saga leaves the last step of a chain without a pivot: that step was done, and is undone. */
export const CANCELLED_WHEN_DONE = "CancelledWhenDone";

export function deriveChart(all: readonly AnyHandler[]): Chart {
  const handlers = all.filter(hasEffect);
  // Undoing passes over steps without a rollback.
  const undoingBefore = (index: number): string => {
    const previous = handlers.slice(0, index).findLast(isCompensatable);
    return previous?.words.undoing ?? CANCELLED;
  };
  const forward = handlers.flatMap((handler, index): readonly Arrow[] => {
    const from = handler.words.state;
    const next = handlers[index + 1]?.words.state ?? COMPLETED;
    const done = { from, event: handler.words.done, to: next };
    const timedOut = timeoutArrow(handler, next, undoingBefore(index));
    return handler.kind === "retriable"
      ? [done, ...timedOut]
      : [done, ...timedOut, { from, event: handler.words.failed, to: undoingBefore(index) }];
  });
  // When the last step of a chain without a pivot is done, so is the saga; unless a cancel was accepted meanwhile. A lasting one is then left
  // for the state to which its failure leads.
  const last = handlers.at(-1);
  const cancelled: readonly Arrow[] =
    last?.kind === "compensatable" ? [{ from: last.words.state, event: CANCELLED_WHEN_DONE, to: last.words.undoing }] : [];
  const back = handlers.flatMap((handler, index): readonly Arrow[] =>
    handler.kind === "compensatable"
      ? [{ from: handler.words.undoing, event: handler.words.undone, to: undoingBefore(index) }]
      : [],
  );
  const arrows = [...forward, ...cancelled, ...back.reverse()];
  return {
    initial: handlers[0]?.words.state ?? COMPLETED,
    states: [...new Set(arrows.flatMap((arrow) => [arrow.from, arrow.to]))],
    arrows,
  };
}

/** A wait that goes on, or turns back, when its time is over has a word for that. */
function timeoutArrow(handler: AnyHandler, next: string, back: string): readonly Arrow[] {
  if (!timesOut(handler)) return [];
  const { onTimeout, words } = handler;
  const { state: from, timedOut: event } = words;
  return event === undefined ? [] : [{ from, event, to: onTimeout === "go-on" ? next : back }];
}

function isCompensatable(handler: AnyEffectHandler): handler is Extract<AnyEffectHandler, { readonly kind: "compensatable" }> {
  return handler.kind === "compensatable";
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
