import { handlers, type ObjectContext, type ObjectSharedContext, object } from "@restatedev/restate-sdk";
import type { Pause } from "saga-core";
import { z } from "zod";
import type { ServiceNames } from "./service-names.ts";

/** One object has all pauses, so that one request reads them. */
export const PAUSES_KEY = "all";
const PAUSES = "pauses";

const pauseSchema = z.object({
  definition: z.string(),
  at: z.number(),
  by: z.string().optional(),
  note: z.string().optional(),
});

/** @throws ZodError where it is no list of pauses. */
export function readPauses(raw: unknown): readonly Pause[] {
  return z
    .array(pauseSchema)
    .parse(raw ?? [])
    .map(({ definition, at, by, note }) => ({
      definition,
      at,
      ...(by !== undefined && { by }),
      ...(note !== undefined && { note }),
    }));
}

/** The paused definitions, for all processes: no saga of them starts. */
export function definitionPauses(names: ServiceNames) {
  return object({
    name: names.pauses,
    description: "The paused definitions: no saga of them starts.",
    handlers: {
      /** A definition that is paused already stays as it is, with the name of the person who paused it first. */
      begin: async (context: ObjectContext, raw: unknown): Promise<void> => {
        const pause = pauseSchema.parse(raw);
        const pauses = readPauses(await context.get<unknown>(PAUSES));
        if (!pauses.some(({ definition }) => definition === pause.definition)) context.set(PAUSES, [...pauses, pause]);
      },
      end: async (context: ObjectContext, raw: unknown): Promise<void> => {
        const ended = z.string().parse(raw);
        const pauses = readPauses(await context.get<unknown>(PAUSES));
        context.set(
          PAUSES,
          pauses.filter(({ definition }) => definition !== ended),
        );
      },
      look: handlers.object.shared(
        async (context: ObjectSharedContext): Promise<readonly Pause[]> => readPauses(await context.get<unknown>(PAUSES)),
      ),
    },
    options: { journalRetention: 0 },
  });
}
