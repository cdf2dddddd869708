import * as z from "zod/mini";
import { faultKinds, processNames } from "./requests.ts";

const partsSchema = z.object({ orders: z.number(), stock: z.number(), payments: z.number() });

/** An order that is neither whole nor without any trace: how many of each part there are. */
const differenceSchema = z.object({
  number: z.number(),
  ...partsSchema.shape,
  /** The saga that carried the same order here: it shows how this orchestrator brought it to an end. */
  saga_id: z.nullable(z.string()),
});

/** The books of one orchestrator. */
const worldSchema = z.object({
  sums: partsSchema,
  /** How its orders stand; `unanswered`: nobody knows. */
  ends: z.object({
    completed: z.number(),
    undone: z.number(),
    under_way: z.number(),
    needs_human: z.number(),
    unanswered: z.number(),
    refused: z.number(),
  }),
  /** The orders at rest whose parts do not fit. */
  differences: z.array(differenceSchema),
  /** Whether both of its services could be read: else these are the books of before. */
  is_current: z.boolean(),
});
export type WorldState = z.output<typeof worldSchema>;

const orderSchema = z.object({
  number: z.number(),
  customer: z.number(),
  saga_id: z.nullable(z.string()),
  /** The saga's status and state; null until it is known. */
  status: z.nullable(z.string()),
  state: z.nullable(z.string()),
  steps: z.array(z.object({ step: z.string(), status: z.string() })),
  /** How the orchestrator by hand answered. */
  by_hand: z.enum(["under-way", "completed", "undone", "unanswered"]),
});
export type OrderState = z.output<typeof orderSchema>;

/** Everything that the lab shows. */
export const stateSchema = z.object({
  fault: z.object({ kind: z.enum(faultKinds), share: z.number() }),
  sent: z.number(),
  is_keyed: z.boolean(),
  ours: worldSchema,
  by_hand: worldSchema,
  /** The newest orders, the last one first. */
  recent: z.array(orderSchema),
  processes: z.array(
    z.object({ process: z.enum(processNames), pid: z.nullable(z.number()), by_hand_pid: z.nullable(z.number()) }),
  ),
  /** Why the orchestrator does not start; null: it runs, or is being started. */
  problem: z.nullable(z.string()),
  /** How often the orchestrator was started again: definitions may have changed since. */
  starts: z.number(),
});
export type LabState = z.output<typeof stateSchema>;
