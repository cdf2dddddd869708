import { z } from "@hono/zod-openapi";

export const stepParameter: z.ZodString = z
  .string()
  .openapi({ param: { name: "step", in: "path" }, description: "A step that waits.", example: "wait-for-payment" });

/** What a signal is depends on its step, which validates it. */
export const signalBodySchema: z.ZodObject = z
  .looseObject({})
  .openapi("Signal", { description: "As the step's `accepts` says.", example: { payment_id: 7 } });
