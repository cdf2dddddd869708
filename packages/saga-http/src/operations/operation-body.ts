import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { pointer } from "saga-core";
import { readJsonBody } from "../json-body.ts";
import { type InvalidMember, invalidRequest, problemResponse } from "../problems/problem.ts";

/** What a journal and a terminal show as it was written: no control characters but line breaks and tabs, and no halves of characters. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text);
}

const plainText = (lengthMax: number) =>
  z
    .string("must be a text")
    .min(1, "must not be empty")
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .refine(isPlain, "must have no control characters");

const by = plainText(200).openapi({ description: "Who asks for it." });
const note = plainText(2_000).openapi({ description: "Why; it is kept with what is asked for." });

export const askingExample = { by: "ada", note: "Agreed with the shop." };

export const answerExample = {
  step: "create-payment",
  applied: true,
  result: { payment_id: 3 },
  by: "ada",
  note: "Payments shows payment 3 for order 7.",
};

export const askingShape = { by: by.optional(), note: note.optional() };

export const askingSchema = z
  .strictObject(askingShape, "must be an object with by and note, or nothing")
  .openapi("Asking", { example: askingExample });

export const answerShape = {
  step: z.string("must be the name of the step that needs a human"),
  applied: z.boolean("must be true or false").openapi({ description: "Whether its call took effect." }),
  result: z
    .looseObject({}, "must be an object with what the step gives")
    .optional()
    .openapi({ description: "What the step gave, where its run was applied and gives something." }),
  by: by.optional(),
  note,
};

export const answerSchema = z
  .strictObject(answerShape, "must be an object with step, applied and note")
  .openapi("Answer", { example: answerExample });

/** What a request with such a body may be refused with. */
export const bodyProblems = {
  400: problemResponse("malformed-json"),
  413: problemResponse("body-too-large"),
  415: problemResponse("unsupported-media-type"),
  422: problemResponse("invalid-request"),
};

type Read<Value> = { readonly value: Value } | { readonly refusal: Response };

/** Reads and validates a body; where `isOptional`, none at all is an empty object. */
export async function readBody<Schema extends z.ZodType>(
  { req }: Context,
  schema: Schema,
  { isOptional = false } = {},
): Promise<Read<z.output<Schema>>> {
  const hasNone = isOptional && (await req.text()) === "";
  const body = hasNone ? { value: {} } : await readJsonBody(req);
  if ("refusal" in body) return body;
  const parsed = schema.safeParse(body.value);
  return parsed.success ? { value: parsed.data } : { refusal: invalidRequest(parsed.error.issues.flatMap(invalidMembers)) };
}

/** What a schema objects to, as this API tells it. */
export function invalidMembers(issue: z.core.$ZodIssue): readonly InvalidMember[] {
  if (issue.code !== "unrecognized_keys") return [{ pointer: pointer(issue), detail: issue.message }];
  return issue.keys.map((key) => ({
    pointer: pointer({ message: issue.message, path: [...issue.path, key] }),
    detail: "is not known here",
  }));
}
