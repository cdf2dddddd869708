import { z } from "@hono/zod-openapi";
import type { Pause } from "saga-core";
import { operatorNoteOf } from "./operator-note.ts";
import { timestamp } from "./timestamp.ts";

const members = {
  since: z.iso.datetime(),
  automatic: z
    .boolean()
    .describe(
      "Whether the definition paused itself, because too many of its sagas came to need a human: `note` has the numbers. Such a pause may end by itself.",
    ),
  by: z.string().optional(),
  note: z.string().optional(),
};

/** The pause of a definition, as this API shows it. */
export const pauseSchema = z
  .object(members)
  .openapi("Pause", { description: "New sagas of the definition are refused with `definition-paused`." });

/** A paused definition, where the reply is about all of them. */
export const pausedDefinitionSchema = z.object({ definition: z.string(), ...members }).openapi("PausedDefinition");

export function viewPause({ at, automatic, by, note }: Pause): z.output<typeof pauseSchema> {
  return { since: timestamp(at), automatic: automatic === true, ...operatorNoteOf({ by, note }) };
}
