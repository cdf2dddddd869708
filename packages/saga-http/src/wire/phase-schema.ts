import { z } from "@hono/zod-openapi";
import { type OpenPhaseName, openPhaseNames } from "saga-core/engine";
import type { TextSchema } from "./object-schema.ts";

/** What a saga that has not ended is at. */
export type SagaPhase = OpenPhaseName;

export const phaseSchema: TextSchema<SagaPhase> = z
  .enum(openPhaseNames, { error: `must be one of ${openPhaseNames.map((name) => JSON.stringify(name)).join(", ")}` })
  .openapi({
    description:
      "What a saga that has not ended is at. `in_doubt`: a call may have had its effect, and nobody knows yet; `undoing` and `settling`: it has turned to compensation; `retrying`: an attempt failed, and nothing is in doubt; `waiting`: for a signal or an instant; `forward`: none of these. Each such saga is at one of them: at the first of `needs_intervention`, `in_doubt`, `undoing`, `settling`, `retrying`, `waiting` and `forward` that holds.",
  });
