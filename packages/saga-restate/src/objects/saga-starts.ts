import { type GenericSend, type ObjectContext, object, serde } from "@restatedev/restate-sdk";
import { z } from "zod";
import { json } from "./json-serde.ts";
import { type StartUnderKey, startSchema } from "./messages.ts";
import type { ServiceNames } from "./service-names.ts";

const START = "start";

const requestSchema = z.object({
  start: startSchema,
  /** What the saga's workflow is started with, where this is the first start under the key; absent: none may start now. */
  input: z.unknown().optional(),
});

/** An object for each Idempotency-Key: it starts one saga, and remembers which (rule 7). */
export function sagaStarts(names: ServiceNames) {
  return object({
    name: names.starts,
    description: "Starts exactly one saga for each Idempotency-Key.",
    handlers: {
      start: async (context: ObjectContext, raw: unknown): Promise<StartUnderKey | null> => {
        const { start, input } = requestSchema.parse(raw);
        const known = await context.get<unknown>(START);
        if (known !== null) return startSchema.parse(known);
        if (input === undefined) return null;
        context.set(START, start);
        context.genericSend({ service: start.service, key: start.id, method: "run", parameter: input, inputSerde: json });
        return start;
      },
      forget: async (context: ObjectContext): Promise<void> => {
        context.clearAll();
      },
    },
    options: { journalRetention: 0 },
  });
}

/** The message that makes a key mean nothing any more. */
export function toForget(names: ServiceNames, idempotencyKey: string): GenericSend<unknown> {
  return { service: names.starts, key: idempotencyKey, method: "forget", parameter: undefined, inputSerde: serde.empty };
}
