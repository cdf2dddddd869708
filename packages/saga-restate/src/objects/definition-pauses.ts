import {
  handlers,
  type ObjectContext,
  type ObjectSharedContext,
  object,
  type VirtualObjectDefinition,
} from "@restatedev/restate-sdk";
import type { Pause } from "saga-core";
import { changedPause, isStillOwn } from "saga-core/engine";
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
  // Earlier releases recorded none: each of their pauses is an operator's.
  automatic: z.literal(true).optional(),
});

/** @throws ZodError where it is no list of pauses. */
export function readPauses(raw: unknown): readonly Pause[] {
  return z
    .array(pauseSchema)
    .parse(raw ?? [])
    .map(pauseOf);
}

/** A member that was not given stays absent. */
function pauseOf({ definition, at, by, note, automatic }: z.output<typeof pauseSchema>): Pause {
  return {
    definition,
    at,
    ...(by !== undefined && { by }),
    ...(note !== undefined && { note }),
    ...(automatic !== undefined && { automatic }),
  };
}

/** The pauses once one more is requested; undefined where that changes nothing. */
export function withPause(pauses: readonly Pause[], pause: Pause): readonly Pause[] | undefined {
  const known = pauses.find(({ definition }) => definition === pause.definition);
  const changed = changedPause(known, pause);
  return changed && [...pauses.filter((each) => each !== known), changed];
}

/** The pauses without one that a definition made itself; undefined where that one is gone, or an operator's by now. */
export function withoutAutomatic(
  pauses: readonly Pause[],
  ended: Pick<Pause, "definition" | "at">,
): readonly Pause[] | undefined {
  const known = pauses.find(({ definition }) => definition === ended.definition);
  return isStillOwn(known, ended) ? pauses.filter((pause) => pause !== known) : undefined;
}

/** The paused definitions, for all processes: no saga of them starts. */
export function definitionPauses(names: ServiceNames): VirtualObjectDefinition<string, unknown> {
  return object({
    name: names.pauses,
    description: "The paused definitions: no saga of them starts.",
    handlers: {
      /** Returns whether something has changed: an operator's pause stays as it is, with the name of the person who paused it first. */
      begin: async (context: ObjectContext, raw: unknown): Promise<boolean> => {
        const changed = withPause(readPauses(await context.get<unknown>(PAUSES)), pauseOf(pauseSchema.parse(raw)));
        if (changed) context.set(PAUSES, changed);
        return changed !== undefined;
      },
      end: async (context: ObjectContext, raw: unknown): Promise<void> => {
        const ended = z.string().parse(raw);
        const pauses = readPauses(await context.get<unknown>(PAUSES));
        context.set(
          PAUSES,
          pauses.filter(({ definition }) => definition !== ended),
        );
      },
      /** Ends this pause that a definition made itself, and no other. Returns whether it did. */
      endAutomatic: async (context: ObjectContext, raw: unknown): Promise<boolean> => {
        const changed = withoutAutomatic(readPauses(await context.get<unknown>(PAUSES)), pauseSchema.parse(raw));
        if (changed) context.set(PAUSES, changed);
        return changed !== undefined;
      },
      look: handlers.object.shared(
        async (context: ObjectSharedContext): Promise<readonly Pause[]> => readPauses(await context.get<unknown>(PAUSES)),
      ),
    },
    options: { journalRetention: 0 },
  });
}
