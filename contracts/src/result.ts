import { z } from "zod";

/** What came of one interaction. `reasons` says why it failed or was skipped. */
export const interactionResult = z.object({
  pact: z.string(),
  interaction: z.string(),
  result: z.enum(["passed", "failed", "skipped"]),
  reasons: z.array(z.string()),
});

export type InteractionResult = z.output<typeof interactionResult>;
