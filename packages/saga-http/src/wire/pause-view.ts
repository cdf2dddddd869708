import { z } from "@hono/zod-openapi";
import type { Pause } from "saga-core";
import type { MemberSchemas, ObjectSchema } from "./object-schema.ts";
import { operatorNoteOf } from "./operator-note.ts";
import { timestamp } from "./timestamp.ts";

/** The pause of a definition, as this API shows it. */
export interface PauseView {
  readonly since: string;
  readonly automatic: boolean;
  readonly by?: string | undefined;
  readonly note?: string | undefined;
}

/** The same, where the reply is about all paused definitions. */
export interface PausedDefinitionView extends PauseView {
  readonly definition: string;
}

const members: MemberSchemas<PauseView> = {
  since: z.iso.datetime(),
  automatic: z
    .boolean()
    .describe(
      "Whether the definition paused itself, because too many of its sagas came to need a human: `note` has the numbers. Such a pause may end by itself.",
    ),
  by: z.string().optional(),
  note: z.string().optional(),
};

export const pauseSchema: ObjectSchema<PauseView> = z
  .object(members)
  .openapi("Pause", { description: "New sagas of the definition are refused with `definition-paused`." });

export const pausedDefinitionSchema: ObjectSchema<PausedDefinitionView> = z
  .object({ definition: z.string(), ...members })
  .openapi("PausedDefinition");

export function viewPause({ at, automatic, by, note }: Pause): PauseView {
  return { since: timestamp(at), automatic: automatic === true, ...operatorNoteOf({ by, note }) };
}
