import { z } from "@hono/zod-openapi";
import type { MemberSchemas, ObjectSchema } from "../wire/object-schema.ts";
import type { GivenNote, OperatorNote } from "../wire/operator-note.ts";

/** The body of `end-wait`. */
export interface WaitEnd {
  readonly step: string;
  readonly by?: string | undefined;
  readonly note: string;
}

/** The body of `resolve`: what an operator found out about the call in doubt. */
export interface ResolutionBody extends WaitEnd {
  readonly applied: boolean;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
}

/** Whether a journal and a terminal show the text as it is: no control characters except line breaks and tabs, no lone surrogates. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text);
}

const plainText = (lengthMax: number) =>
  z
    .string("must be a text")
    .min(1, "must not be empty")
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .refine(isPlain, "must have no control characters");

const by = plainText(200).openapi({ description: "Who asks for the operation." });
const note = plainText(2_000).openapi({ description: "The reason. It is recorded with the operation." });

export const operatorNoteExample: Required<OperatorNote> = { by: "ada", note: "Agreed with the shop." };

export const operatorNoteShape: MemberSchemas<GivenNote> = { by: by.optional(), note: note.optional() };

/** The body of `cancel`, `retry` and `pause`. */
export const operatorNoteSchema: ObjectSchema<GivenNote> = z
  .strictObject(operatorNoteShape, "must be an object with by and note, or nothing")
  .openapi("OperatorNote", { example: operatorNoteExample });

export const waitEndSchema: ObjectSchema<WaitEnd> = z
  .strictObject(
    { step: z.string("must be the name of the step that waits"), by: by.optional(), note },
    "must be an object with step and note",
  )
  .openapi("WaitEnd", { example: { step: "wait-for-payment", ...operatorNoteExample } });

export const resolutionExample: ResolutionBody = {
  step: "create-payment",
  applied: true,
  result: { payment_id: 3 },
  by: "ada",
  note: "Payments shows payment 3 for order 7.",
};

export const resolutionShape: MemberSchemas<ResolutionBody> = {
  step: z.string("must be the name of the step that needs a human"),
  applied: z.boolean("must be true or false").openapi({ description: "Whether its call took effect." }),
  result: z
    .looseObject({}, "must be an object with the members that the step gives")
    .optional()
    .openapi({ description: "The step's result, if its `run` was applied and the step gives one." }),
  by: by.optional(),
  note,
};

export const resolutionSchema: ObjectSchema<ResolutionBody> = z
  .strictObject(resolutionShape, "must be an object with step, applied and note")
  .openapi("Resolution", { example: resolutionExample });
