import { z } from "@hono/zod-openapi";
import type { OperatedSaga } from "saga-core";
import { type SagaView, sagaSchema, viewSaga } from "../sagas/saga-view.ts";
import type { ObjectSchema } from "../wire/object-schema.ts";

/** A saga after an operation, and the event that the operation is in its history. */
export interface OperatedView extends SagaView {
  readonly event_seq?: number | undefined;
}

export const eventSeqSchema: z.ZodInt = z
  .int()
  .describe(
    "The number of the event that was written, in the history of the saga. Absent: it is not known, or nothing was written.",
  );

export const operatedSchema: ObjectSchema<OperatedView> = sagaSchema
  .extend({ event_seq: eventSeqSchema.optional() })
  .openapi("OperatedSaga");

/** @param at the present instant in epoch milliseconds. */
export function viewOperated(operated: OperatedSaga, at: number): OperatedView {
  return { ...viewSaga(operated, at), ...viewEventSeq(operated.eventSeq) };
}

/** A number that is not known stays absent. */
export function viewEventSeq(eventSeq: number | undefined): Pick<OperatedView, "event_seq"> {
  return eventSeq === undefined ? {} : { event_seq: eventSeq };
}
