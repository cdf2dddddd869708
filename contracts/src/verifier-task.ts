import { z } from "zod";
import { providerNames } from "./provider.ts";

/** The task of the verifier's process, as JSON in its only argument. */
export const verifierTask = z.object({
  provider: z.enum(providerNames),
  services: z.object({ provider: z.string(), storeManager: z.string().exactOptional(), payments: z.string().exactOptional() }),
  pactsDirectory: z.string(),
  /** The names of the files to verify. */
  pacts: z.array(z.string()),
});

export type VerifierTask = z.input<typeof verifierTask>;

/**
 * The result of one interaction. `tolerable`: the reply differs, but the client reads the same outcome from it. `reasons` lists why it
 * failed or was skipped, or the differences of a tolerable one.
 */
export const interactionResult = z.object({
  pact: z.string(),
  interaction: z.string(),
  result: z.enum(["passed", "tolerable", "failed", "skipped"]),
  reasons: z.array(z.string()),
});

export type InteractionResult = z.output<typeof interactionResult>;
