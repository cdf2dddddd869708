import * as z from "zod/mini";

/** What may go wrong; `none`: all goes well. */
export const faultKinds = [
  "none",
  "payments-down",
  "answer-lost",
  "slow",
  "slow-stock",
  "half-replies",
  "no-stock",
  "row-lock",
  "rate-limit",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What can be killed and started. Each stands for two: one beside this orchestrator, and one beside the orchestrator by hand. */
export const processNames = ["orchestrator", "store-manager", "payments"] as const;
export type ProcessName = (typeof processNames)[number];

export const ORDERS_AT_ONCE_MAX = 100;

export const faultRequest = z.strictObject({
  kind: z.enum(faultKinds),
  /** How many of each hundred answers are hit. */
  share: z.int().check(z.minimum(1), z.maximum(100)),
  /** How many answers are hit in all. Absent: all until another fault is set. */
  times: z.optional(z.int().check(z.minimum(1), z.maximum(1_000))),
});

export const ordersRequest = z.strictObject({ count: z.int().check(z.minimum(1), z.maximum(ORDERS_AT_ONCE_MAX)) });

/** `reload`: stop in order and start again, with the definitions as they are now in the files. */
export const processRequest = z.strictObject({
  process: z.enum(processNames),
  action: z.enum(["kill", "start", "reload"]),
});

/** The orders that were placed, as soon as this orchestrator has accepted each. */
export const placedSchema = z.object({
  orders: z.array(z.object({ number: z.number(), customer: z.number(), saga_id: z.nullable(z.string()) })),
});
export type PlacedOrder = z.output<typeof placedSchema>["orders"][number];
