import { z } from "@hono/zod-openapi";
import { choicesSchema } from "../operations/choices-view.ts";
import { operatorNoteExample, operatorNoteShape, resolutionExample, resolutionShape } from "../operations/operation-schemas.ts";
import { cursorSchema, filterShape, LIMIT_MAX } from "../sagas/list-query.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";

const idsAllowed = `must be a list of 1 to ${LIMIT_MAX} saga ids`;

/** The choice of sagas, by ids or by a filter, and whether the operation is only previewed. */
const selectionShape = {
  saga_ids: z.array(z.uuid("must be a saga id"), idsAllowed).min(1, idsAllowed).max(LIMIT_MAX, idsAllowed).optional(),
  where: z
    .strictObject(filterShape, "must be an object with the filters of GET /sagas")
    .optional()
    .openapi({ description: `The sagas that fit these filters, newest first, ${LIMIT_MAX} at a time.` }),
  cursor: cursorSchema.optional().openapi({ type: "string", description: "With `where`: the `next_cursor` of the last reply." }),
  preview: z
    .boolean("must be true or false")
    .default(false)
    .openapi({ description: "Shows what would happen, and changes nothing." }),
};

/** A step's result differs from saga to saga, so a step that gives one is resolved one saga at a time. */
const { result: _resultShape, ...commonShape } = resolutionShape;
const { result: _resultExample, ...commonExample } = resolutionExample;
const selectionExample = { saga_ids: [sagaExamples.sagaId], preview: true };

const anObject = "must be an object with saga_ids or where";
const oneOfBoth = "must have either saga_ids or where";
const hasOneOfBoth = ({ saga_ids, where }: { readonly saga_ids?: unknown; readonly where?: unknown }) =>
  (saga_ids === undefined) !== (where === undefined);

/** The body of `POST /sagas/cancel` and `POST /sagas/retry`. */
export const bulkOperationSchema = z
  .strictObject({ ...selectionShape, ...operatorNoteShape }, anObject)
  .refine(hasOneOfBoth, oneOfBoth)
  .openapi("BulkOperation", { example: { ...selectionExample, ...operatorNoteExample } });

/** The body of `POST /sagas/resolve`. */
export const bulkResolutionSchema = z
  .strictObject({ ...selectionShape, ...commonShape }, anObject)
  .refine(hasOneOfBoth, oneOfBoth)
  .openapi("BulkResolution", { example: { ...selectionExample, ...commonExample } });

/** The reply: what happened, or in a preview would happen, to each saga. */
export const bulkResultSchema = z
  .object({
    preview: z.boolean(),
    items: z.array(
      z.object({
        saga_id: z.string(),
        accepted: z.boolean().describe("Whether the operation was accepted; in a preview, whether it would be."),
        reason: z.string().optional().describe("Why it is not accepted."),
        allowed_from: z.iso.datetime().optional().describe("When it will be allowed, if waiting helps."),
        consequence: choicesSchema.shape.items.element.shape.consequence,
      }),
    ),
    next_cursor: z
      .string()
      .nullable()
      .describe("Send the same request with this `cursor` for the next sagas; null if there are no more."),
  })
  .openapi("BulkResult");

/** The chosen sagas, and whether the operation is only previewed. */
export type Selection = Pick<z.output<typeof bulkOperationSchema>, keyof typeof selectionShape>;
export type BulkResult = z.output<typeof bulkResultSchema>;
export type BulkItem = BulkResult["items"][number];
