import { type GenericSend, type ObjectContext, object, serde } from "@restatedev/restate-sdk";
import { z } from "zod";
import { json } from "./json-serde.ts";
import { keepOnMs } from "./keep-key.ts";
import { type KeyedStart, keyedStartSchema } from "./messages.ts";
import type { ServiceNames } from "./service-names.ts";

const START = "start";
/** How often the key was kept on. */
const KEPT_ON = "kept-on";

/** When a key is deleted. */
export interface KeyRetention {
  /** How long a key is kept after the end of its saga, in milliseconds. */
  readonly keptMs: number;
  /** The present time in milliseconds since the epoch; undefined while the clock of this process may be wrong. */
  readonly now: () => number | undefined;
}

const requestSchema = z.object({
  start: keyedStartSchema,
  /** The input of the saga's workflow, if this is the first start under the key; absent where no saga may start now. */
  input: z.unknown().optional(),
});

/** An object for each Idempotency-Key, which starts one saga and keeps its id (rule 7). */
export function sagaStarts(names: ServiceNames, { keptMs, now }: KeyRetention) {
  return object({
    name: names.starts,
    description: "Starts exactly one saga for each Idempotency-Key.",
    handlers: {
      start: async (context: ObjectContext, raw: unknown): Promise<KeyedStart | null> => {
        const { start, input } = requestSchema.parse(raw);
        const first = await context.get<unknown>(START);
        if (first !== null) return keyedStartSchema.parse(first);
        if (input === undefined) return null;
        context.set(START, start);
        context.genericSend({ service: start.service, key: start.id, method: "run", parameter: input, inputSerde: json });
        return start;
      },
      forget: async (context: ObjectContext): Promise<void> => {
        const raw = await context.get<unknown>(START);
        if (raw === null) return;
        const startedAt = keyedStartSchema.safeParse(raw).data?.startedAt;
        const times = z.number().safeParse(await context.get<unknown>(KEPT_ON)).data ?? 0;
        const delay = await context.run("look at the clock", () => keepOnMs({ startedAt, keptMs, now: now(), times }));
        if (delay === 0) {
          context.clearAll();
          return;
        }
        context.set(KEPT_ON, times + 1);
        context.genericSend({ ...forgetMessage(names, context.key), delay });
      },
    },
    options: { journalRetention: 0 },
  });
}

/** The message that makes a key free for another saga, if its time is over. */
export function forgetMessage(names: ServiceNames, idempotencyKey: string): GenericSend<unknown> {
  return { service: names.starts, key: idempotencyKey, method: "forget", parameter: undefined, inputSerde: serde.empty };
}
