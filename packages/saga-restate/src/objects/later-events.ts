import {
  handlers,
  type ObjectContext,
  type ObjectSharedContext,
  object,
  serde,
  type VirtualObjectDefinition,
} from "@restatedev/restate-sdk";
import { z } from "zod";
import { forgetWhenDue, type Retention } from "./forget-when-due.ts";
import { appendSchema } from "./messages.ts";
import type { ServiceNames } from "./service-names.ts";

/** The key of the events in the state of a saga's object. */
export const LATER_KEY = "later";

const laterSchema = z.object({
  /** When the last of them happened, in milliseconds since the epoch. First, so that SQL finds it where it is in a saga's record. */
  updatedAt: z.number(),
  startedAt: z.number(),
  events: z.array(z.unknown()),
});

const signalSchema = z.looseObject({ type: z.literal("signalled") });

/**
 * An object for each saga that something came for after its end: signals that were late, and that a person has dealt with them. Its workflow is
 * over, and takes nothing more.
 */
export function laterEvents(names: ServiceNames, retention: Retention): VirtualObjectDefinition<string, unknown> {
  return object({
    name: names.later,
    description: "What came for a saga after its end.",
    handlers: {
      /** Returns whether the event was appended; not where another one came before it, which may change what it is. */
      append: async (context: ObjectContext, raw: unknown): Promise<boolean> => {
        const { after, event, startedAt } = appendSchema.parse(raw);
        const events = readLater(await context.get<unknown>(LATER_KEY));
        if (events.length !== after) return false;
        context.set(LATER_KEY, laterSchema.parse({ updatedAt: event.at, startedAt, events: [...events, event] }));
        if (after === 0) context.genericSend({ ...forgetMessage(names, context.key), delay: retention.keptMs });
        return true;
      },
      look: handlers.object.shared(
        async (context: ObjectSharedContext): Promise<readonly unknown[]> => readLater(await context.get<unknown>(LATER_KEY)),
      ),
      forget: async (context: ObjectContext): Promise<void> => {
        const raw = await context.get<unknown>(LATER_KEY);
        if (raw === null) return;
        await forgetWhenDue(context, retention, laterSchema.parse(raw).startedAt, forgetMessage(names, context.key));
      },
    },
    options: { journalRetention: 0 },
  });
}

function readLater(raw: unknown): readonly unknown[] {
  return raw === null ? [] : laterSchema.parse(raw).events;
}

/**
 * Whether a signal that no person has dealt with came for a saga after its end, by the events that are kept: one acknowledgement is for all signals
 * before it.
 *
 * @param raw the state of the saga's object; undefined if that is no list of events.
 */
export function endsWithSignal(raw: unknown): boolean | undefined {
  const read = laterSchema.safeParse(raw);
  if (!read.success) return undefined;
  return signalSchema.safeParse(read.data.events.at(-1)).success;
}

function forgetMessage({ later: service }: ServiceNames, key: string) {
  return { service, key, method: "forget", parameter: undefined, inputSerde: serde.empty };
}
