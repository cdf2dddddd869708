import type { Arrow } from "../definition/chart.ts";
import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";

/**
 * The arrows by which a saga came from one state to another. With a kept signal it passes through the state of a wait without
 * a stop: one record takes it to the wait and ends it.
 */
export function arrowsBetween({ chart, handlers }: Controller, from: string, to: string): readonly Pick<Arrow, "from" | "to">[] {
  const isArrow = (one: string, other: string) => chart.arrows.some((arrow) => arrow.from === one && arrow.to === other);
  const waits = handlers.filter(isWait).map(({ words }) => words.state);
  const path = isArrow(from, to) ? undefined : waits.find((state) => isArrow(from, state) && isArrow(state, to));
  return path === undefined
    ? [{ from, to }]
    : [
        { from, to: path },
        { from: path, to },
      ];
}
