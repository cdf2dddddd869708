import { z } from "@hono/zod-openapi";
import { type ConsequenceView, consequenceSchema } from "../operations/choices-view.ts";
import { eventSeqSchema } from "../operations/operated-view.ts";
import {
  operatorNoteExample,
  operatorNoteShape,
  type ResolutionBody,
  resolutionExample,
  resolutionShape,
} from "../operations/operation-schemas.ts";
import { newestCursorSchema } from "../sagas/list-cursor.ts";
import { type Filter, filterShape, LIMIT_MAX } from "../sagas/list-query.ts";
import { sagaExamples } from "../sagas/saga-examples.ts";
import type { MemberSchemas, ObjectSchema } from "../wire/object-schema.ts";
import type { GivenNote } from "../wire/operator-note.ts";

/** The chosen sagas, and whether the operation is only previewed. A request has the members of its operation too. */
export interface Selection {
  readonly saga_ids?: readonly string[] | undefined;
  readonly where?: Filter | undefined;
  readonly cursor?: string | undefined;
  readonly token?: string | undefined;
  readonly preview: boolean;
}

/** The body of `POST /sagas/cancel` and `POST /sagas/retry`. */
export interface BulkOperationBody extends Selection, GivenNote {}

/** The body of `POST /sagas/resolve`. A step's result differs from saga to saga, so a step that gives one is resolved one saga at a time. */
export interface BulkResolutionBody extends Selection, Omit<ResolutionBody, "result"> {}

/** The reply: what happened, or in a preview would happen, to each saga. */
export interface BulkResult {
  readonly preview: boolean;
  readonly items: readonly BulkItem[];
  readonly token?: string | undefined;
  readonly next_cursor: string | null;
  readonly next_command: string | null;
}

export interface BulkItem {
  readonly saga_id: string;
  readonly accepted: boolean;
  readonly reason?: string | undefined;
  readonly allowed_from?: string | undefined;
  readonly consequence?: ConsequenceView | undefined;
  readonly event_seq?: number | undefined;
}

const idsAllowed = `must be a list of 1 to ${LIMIT_MAX} saga ids`;

const selectionShape: MemberSchemas<Selection> = {
  saga_ids: z
    .array(z.uuid("must be a saga id").toLowerCase(), idsAllowed)
    .min(1, idsAllowed)
    .max(LIMIT_MAX, idsAllowed)
    .optional(),
  where: z
    .strictObject(filterShape, "must be an object with the filters of GET /sagas")
    .optional()
    .openapi({
      description: `The sagas that fit these filters, newest first, ${LIMIT_MAX} at a time: with \`preview\`, and then with the \`token\` of the preview.`,
    }),
  cursor: newestCursorSchema
    .optional()
    .openapi({ type: "string", description: "With `where`: the `next_cursor` of the last reply." }),
  token: z.string("must be a text").optional().openapi({
    description:
      "The `token` of the preview, which is valid for an hour; a `where` needs it. Only the sagas that the preview listed as accepted are changed, and only those of which the same would become. With `saga_ids` these may be some of them.",
  }),
  preview: z
    .boolean("must be true or false")
    .default(false)
    .openapi({ description: "Shows what would happen, and changes nothing." }),
};

const { result: _resultShape, ...commonShape } = resolutionShape;
const { result: _resultExample, ...commonExample } = resolutionExample;
const selectionExample = { saga_ids: [sagaExamples.sagaId], preview: true };

const anObject = "must be an object with saga_ids or where";
const notPreviewed =
  'must be the token of a preview of this where: send it with "preview": true first, and then the next_command of the reply';
const useless = "is not for a preview";

/** A filter alone might change what nobody has seen, so it is performed only with the token of its preview. */
function checkSelection({ value, issues }: z.core.ParsePayload<Selection>): void {
  const { saga_ids, where, token, preview } = value;
  const refuse = (message: string, path: string[]) => issues.push({ code: "custom", message, path, input: value });
  if ((saga_ids === undefined) === (where === undefined)) refuse("must have either saga_ids or where", []);
  else if (where && !preview && token === undefined) refuse(notPreviewed, ["token"]);
  else if (token !== undefined && preview) refuse(useless, ["token"]);
}

export const bulkOperationSchema: ObjectSchema<BulkOperationBody> = z
  .strictObject({ ...selectionShape, ...operatorNoteShape }, anObject)
  .check(checkSelection)
  .openapi("BulkOperation", { example: { ...selectionExample, ...operatorNoteExample } });

export const bulkResolutionSchema: ObjectSchema<BulkResolutionBody> = z
  .strictObject({ ...selectionShape, ...commonShape }, anObject)
  .check(checkSelection)
  .openapi("BulkResolution", { example: { ...selectionExample, ...commonExample } });

const itemSchema: ObjectSchema<BulkItem> = z.object({
  saga_id: z.string(),
  accepted: z.boolean().describe("Whether the operation was accepted; in a preview, whether it would be."),
  reason: z.string().optional().describe("Why it is not accepted."),
  allowed_from: z.iso.datetime().optional().describe("When it will be allowed, if waiting helps."),
  consequence: consequenceSchema.optional(),
  event_seq: eventSeqSchema.optional(),
});

export const bulkResultSchema: ObjectSchema<BulkResult> = z
  .object({
    preview: z.boolean(),
    items: z.array(itemSchema),
    token: z
      .string()
      .optional()
      .describe(
        "In a preview: send the same `where`, or some of the same `saga_ids`, with this `token` to perform what the preview shows, and nothing else.",
      ),
    next_cursor: z
      .string()
      .nullable()
      .describe("Preview the same `where` with this `cursor` for the next sagas; null if there are no more."),
    next_command: z
      .string()
      .nullable()
      .describe(
        "The command for a shell that comes next: it performs what this preview shows, or previews the next sagas; null when nothing is left to do.",
      ),
  })
  .openapi("BulkResult");
