import { type GenericSend, type ObjectContext, object, serde, type VirtualObjectDefinition } from "@restatedev/restate-sdk";
import { correlationName } from "saga-core/engine";
import { z } from "zod";
import { correlationMessage } from "./correlations.ts";
import { forgetWhenDue, type Retention } from "./forget-when-due.ts";
import { json } from "./json-serde.ts";
import { type KeyedStart, keyedStartSchema, type StartAnswer, startClaimSchema, type TakenCorrelation } from "./messages.ts";
import type { ServiceNames } from "./service-names.ts";

const START = "start";

const requestSchema = z.object({
  start: keyedStartSchema,
  /** The input of the saga's workflow, if this is the first start under the key; absent where no saga may start now. */
  input: z.unknown().optional(),
  /** The correlations that the input has. Earlier releases have no sagas with such. */
  claims: z.array(startClaimSchema).default([]),
});

type StartRequest = Readonly<z.output<typeof requestSchema>>;

/** An object for each Idempotency-Key, which starts one saga and keeps its id (rule 7). */
export function sagaStarts(names: ServiceNames, retention: Retention): VirtualObjectDefinition<string, unknown> {
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
        send(context, start, input);
        return start;
      },
      /** The same for a saga whose input has correlations: it starts if no other saga has one of them. The key is looked up first. */
      startClaiming: async (context: ObjectContext, raw: unknown): Promise<StartAnswer> => {
        const request = requestSchema.parse(raw);
        const { start, input } = request;
        const first = await context.get<unknown>(START);
        if (first !== null) return { start: keyedStartSchema.parse(first) };
        if (input === undefined) return {};
        const taken = await claimAll(context, names, request);
        if (taken) return { taken };
        context.set(START, start);
        send(context, start, input);
        return { start };
      },
      /** The same for a saga without a key; the object is the saga's own. Nothing is kept. */
      beginClaiming: async (context: ObjectContext, raw: unknown): Promise<StartAnswer> => {
        const request = requestSchema.parse(raw);
        const { start, input } = request;
        const taken = await claimAll(context, names, request);
        if (taken) return { taken };
        send(context, start, input);
        return { start };
      },
      forget: async (context: ObjectContext): Promise<void> => {
        const raw = await context.get<unknown>(START);
        if (raw === null) return;
        const startedAt = keyedStartSchema.safeParse(raw).data?.startedAt;
        await forgetWhenDue(context, retention, startedAt, forgetMessage(names, context.key));
      },
    },
    options: { journalRetention: 0 },
  });
}

function send(context: ObjectContext, { service, id }: KeyedStart, input: unknown): void {
  context.genericSend({ service, key: id, method: "run", parameter: input, inputSerde: json });
}

/** Claims the correlations for a saga that is about to start: all of them, or none. Returns one that another saga has. */
async function claimAll(
  context: ObjectContext,
  names: ServiceNames,
  { start: { id: sagaId, startedAt = 0, definition }, claims }: StartRequest,
): Promise<TakenCorrelation | undefined> {
  const claimed: string[] = [];
  for (const claim of claims) {
    const key = correlationName({ definition, ...claim });
    const message = correlationMessage(names, key, "claim", { sagaId, startedAt });
    const holder = z.string().parse(await context.genericCall<unknown, unknown>({ ...message, outputSerde: json }));
    if (holder !== sagaId) {
      for (const other of claimed) context.genericSend(correlationMessage(names, other, "release", { sagaId, startedAt }));
      return { step: claim.step, holder };
    }
    claimed.push(key);
  }
  return undefined;
}

/** The message that makes a key free for another saga, if its time is over. */
export function forgetMessage(names: ServiceNames, idempotencyKey: string): GenericSend<unknown> {
  return { service: names.starts, key: idempotencyKey, method: "forget", parameter: undefined, inputSerde: serde.empty };
}
