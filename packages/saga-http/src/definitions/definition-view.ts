import { z } from "@hono/zod-openapi";
import type { AnyHandler, Controller, Pause } from "saga-core";
import { hasEffect } from "saga-core/engine";
import { pauseSchema, viewPause } from "../wire/pause-view.ts";

const stepSchema = z
  .object({
    step: z.string(),
    kind: z.enum(["compensatable", "pivot", "retriable", "read"]),
    participant: z.string(),
    keyed: z.boolean().describe("Whether the participant repeats its first answer to an Idempotency-Key."),
    state: z
      .string()
      .optional()
      .describe("The state while the step is under way. A read has none: its saga stays in the state before."),
    undoing_state: z.string().optional(),
  })
  .openapi("DefinitionStep");

export const definitionSchema = z
  .object({
    definition: z.string(),
    version: z.int(),
    fingerprint: z
      .string()
      .describe(
        "A hash of the steps, kinds and words. The process does not start with another fingerprint for the same version.",
      ),
    initial_state: z.string(),
    states: z.array(z.string()),
    steps: z.array(stepSchema),
    transitions: z.array(z.object({ from: z.string(), event: z.string(), to: z.string() })),
    paused: pauseSchema.optional(),
  })
  .openapi("Definition");

export type DefinitionView = z.output<typeof definitionSchema>;

export function viewDefinition({ name, version, fingerprint, chart, handlers }: Controller, pause?: Pause): DefinitionView {
  return {
    definition: name,
    version,
    fingerprint,
    initial_state: chart.initial,
    states: [...chart.states],
    steps: handlers.map(viewStep),
    transitions: [...chart.arrows],
    ...(pause && { paused: viewPause(pause) }),
  };
}

function viewStep(handler: AnyHandler): z.output<typeof stepSchema> {
  const { step, kind, participant } = handler;
  return {
    step,
    kind,
    participant: participant.name,
    keyed: participant.keyed,
    ...(hasEffect(handler) && { state: handler.words.state }),
    ...(handler.kind === "compensatable" && { undoing_state: handler.words.undoing }),
  };
}
