import { z } from "@hono/zod-openapi";
import { examples } from "../examples.ts";
import { choicesSchema } from "../operations/choices-view.ts";
import { answerExample, answerShape, askingExample, askingShape } from "../operations/operation-body.ts";
import { cursorSchema, filterShape, LIMIT_MAX } from "../sagas/list-query.ts";

const idsAllowed = `must be a list of 1 to ${LIMIT_MAX} saga ids`;

/** Which sagas, and whether it is only to be shown what would happen. */
const bulkShape = {
  saga_ids: z.array(z.uuid("must be a saga id"), idsAllowed).min(1, idsAllowed).max(LIMIT_MAX, idsAllowed).optional(),
  where: z
    .strictObject(filterShape, "must be an object with the filters of GET /sagas")
    .optional()
    .openapi({ description: `Of those that fit, ${LIMIT_MAX} at a time, newest first.` }),
  cursor: cursorSchema
    .optional()
    .openapi({ type: "string", description: "With `where`: the `next_cursor` of the answer before." }),
  preview: z
    .boolean("must be true or false")
    .default(false)
    .openapi({ description: "Shows what would happen, and does nothing." }),
};

/** What a step gave differs from saga to saga: where it gives something, each is answered by itself. */
const { result: _resultShape, ...commonShape } = answerShape;
const { result: _resultExample, ...commonExample } = answerExample;
const someSagas = { saga_ids: [examples.sagaId], preview: true };

const anObject = "must be an object with saga_ids or where";
const oneOfBoth = "must have either saga_ids or where";
const isOneOfBoth = ({ saga_ids, where }: { readonly saga_ids?: unknown; readonly where?: unknown }) =>
  (saga_ids === undefined) !== (where === undefined);

export const bulkAsking = z
  .strictObject({ ...bulkShape, ...askingShape }, anObject)
  .refine(isOneOfBoth, oneOfBoth)
  .openapi("BulkAsking", { example: { ...someSagas, ...askingExample } });
export const bulkAnswer = z
  .strictObject({ ...bulkShape, ...commonShape }, anObject)
  .refine(isOneOfBoth, oneOfBoth)
  .openapi("BulkAnswer", { example: { ...someSagas, ...commonExample } });

/** What became, or would become, of each saga. */
export const bulkResult = z
  .object({
    preview: z.boolean(),
    items: z.array(
      z.object({
        saga_id: z.string(),
        accepted: z.boolean().describe("Of a preview: whether it would be."),
        reason: z.string().optional().describe("Why not."),
        allowed_from: z.iso.datetime().optional(),
        consequence: choicesSchema.shape.items.element.shape.consequence,
      }),
    ),
    next_cursor: z.string().nullable().describe("Where more sagas fit: the same again with this `cursor` goes on with them."),
  })
  .openapi("BulkResult");
