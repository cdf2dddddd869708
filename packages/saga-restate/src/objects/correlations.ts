import {
  type GenericSend,
  handlers,
  type ObjectContext,
  type ObjectSharedContext,
  object,
  type VirtualObjectDefinition,
} from "@restatedev/restate-sdk";
import { z } from "zod";
import { forgetWhenDue, type Retention } from "./forget-when-due.ts";
import { json } from "./json-serde.ts";
import type { ServiceNames } from "./service-names.ts";

const HOLDER = "holder";

/** A saga that is to be found by a correlation. */
export interface Claimant {
  readonly sagaId: string;
  /** When it started by the clock of its process, in milliseconds since the epoch. */
  readonly startedAt: number;
}

const claimantSchema: z.ZodType<Claimant> = z.object({ sagaId: z.string(), startedAt: z.number() });

/** An object for each correlation, whose key is its `correlationName`. It keeps the id of the first saga that claimed it, as long as that saga is kept (rule 12). */
export function correlations(names: ServiceNames, retention: Retention): VirtualObjectDefinition<string, unknown> {
  return object({
    name: names.correlations,
    description: "Finds the saga that has a correlation.",
    handlers: {
      /** Returns the id of the saga that has it now. */
      claim: async (context: ObjectContext, raw: unknown): Promise<string> => {
        const claimant = claimantSchema.parse(raw);
        const holder = readHolder(await context.get<unknown>(HOLDER));
        if (holder) return holder.sagaId;
        context.set(HOLDER, claimant);
        return claimant.sagaId;
      },
      /** The saga was not started after all. */
      release: async (context: ObjectContext, raw: unknown): Promise<void> => {
        const { sagaId } = claimantSchema.parse(raw);
        if (readHolder(await context.get<unknown>(HOLDER))?.sagaId === sagaId) context.clearAll();
      },
      /** The saga ended a while ago. */
      forget: async (context: ObjectContext, raw: unknown): Promise<void> => {
        const claimant = claimantSchema.parse(raw);
        if (readHolder(await context.get<unknown>(HOLDER))?.sagaId !== claimant.sagaId) return;
        const message = correlationMessage(names, context.key, "forget", claimant);
        await forgetWhenDue(context, retention, claimant.startedAt, message);
      },
      holder: handlers.object.shared(
        async (context: ObjectSharedContext): Promise<string | null> =>
          readHolder(await context.get<unknown>(HOLDER))?.sagaId ?? null,
      ),
    },
    options: { journalRetention: 0 },
  });
}

function readHolder(raw: unknown): Claimant | undefined {
  return raw === null ? undefined : claimantSchema.parse(raw);
}

/** A message to the object of a correlation. @param key its key. */
export function correlationMessage(
  { correlations: service }: Pick<ServiceNames, "correlations">,
  key: string,
  method: "claim" | "release" | "forget",
  claimant: Claimant,
): GenericSend<unknown> {
  return { service, key, method, parameter: claimant, inputSerde: json };
}
