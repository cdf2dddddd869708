import { z } from "zod";
import { providerNames } from "./provider.ts";

/** What the verifier's process is told, as JSON in its one argument. */
export const verifierTask = z.object({
  provider: z.enum(providerNames),
  services: z.object({ provider: z.string(), storeManager: z.string().exactOptional(), payments: z.string().exactOptional() }),
  pactsDirectory: z.string(),
  /** The names of the files to verify. */
  pacts: z.array(z.string()),
});

export type VerifierTask = z.input<typeof verifierTask>;

/**
 * What came of one interaction. `reasons` says why it failed or was skipped, or what differs where it is `tolerable`: the reply is another one,
 * and the client makes the same outcome of it.
 */
export const interactionResult = z.object({
  pact: z.string(),
  interaction: z.string(),
  result: z.enum(["passed", "tolerable", "failed", "skipped"]),
  reasons: z.array(z.string()),
});

export type InteractionResult = z.output<typeof interactionResult>;
