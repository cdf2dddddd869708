import { done, step } from "saga-core";
import { z } from "zod";

interface Priced {
  readonly total_amount: number;
}

/** A point for each ten of the amount. A real one calls a service of points here, with the key of the attempt. */
export const addPoints = step({
  kind: "retriable",
  step: "add-points",
  words: { state: "ADDING_POINTS", done: "PointsAdded" },
  participant: { name: "loyalty", keyed: true },
  gives: z.object({ points: z.int() }),
  run: async ({ total_amount }: Priced) => done({ points: Math.floor(total_amount / 10) }),
});
