import { type Clock, type FoundSaga, JournalError, OperationRefused, UnreadableSaga } from "saga-core";
import { type ChoiceName, explainChoices, readResult } from "saga-core/engine";
import { viewChoice } from "../operations/choices-view.ts";
import { findSagas, type SagaFinder } from "../sagas/find-sagas.ts";
import { LIMIT_MAX, toCursor, toQuery } from "../sagas/list-query.ts";
import { timestamp } from "../wire/timestamp.ts";
import type { BulkItem, BulkResult, Selection } from "./bulk-schemas.ts";

export interface BulkOptions extends SagaFinder {
  readonly clock: Clock;
  /** Called with a defect that one of the sagas met; the operation continues with the others. */
  readonly onError: (error: unknown) => void;
}

/** An operation on each of the chosen sagas. */
export interface BulkOperation {
  readonly choice: ChoiceName;
  /** The step that a resolution is about. */
  readonly step?: string;
  readonly perform: (sagaId: string) => Promise<FoundSaga>;
}

/**
 * Performs or previews an operation on the chosen sagas, at most `LIMIT_MAX` at a time.
 *
 * @param signal aborted when the client has left: the sagas are then not looked up. What was begun is done.
 * @throws ProblemError when too many requests wait that read many sagas.
 */
export async function performBulk(
  selection: Selection,
  operation: BulkOperation,
  options: BulkOptions,
  signal: AbortSignal,
): Promise<BulkResult> {
  const { sagaIds, nextCursorId } = await select(selection, options, signal);
  const preview = () => Promise.all(sagaIds.map((id) => previewOne(id, operation, options)));
  const previews = await options.queues.readPage(preview, signal);
  const items = selection.preview ? previews : await Promise.all(previews.map((item) => performOne(item, operation, options)));
  return { preview: selection.preview, items, next_cursor: toCursor(nextCursorId) };
}

async function select({ saga_ids, where = {}, cursor }: Selection, options: BulkOptions, signal: AbortSignal) {
  if (saga_ids) return { sagaIds: [...new Set(saga_ids)], nextCursorId: undefined };
  const { sagas, nextCursorId } = await findSagas({ ...toQuery(where), before: cursor, limit: LIMIT_MAX }, options, signal);
  return { sagaIds: sagas.map(({ saga }) => saga.id), nextCursorId };
}

async function performOne(
  { saga_id: sagaId, consequence }: BulkItem,
  operation: BulkOperation,
  options: BulkOptions,
): Promise<BulkItem> {
  try {
    await operation.perform(sagaId);
    return { saga_id: sagaId, accepted: true, ...(consequence && { consequence }) };
  } catch (error) {
    return refusedItem(sagaId, error, options);
  }
}

async function previewOne(sagaId: string, operation: BulkOperation, options: BulkOptions): Promise<BulkItem> {
  try {
    return await explainOne(sagaId, operation, options);
  } catch (error) {
    return refusedItem(sagaId, error, options);
  }
}

async function explainOne(
  sagaId: string,
  { choice: name, step }: BulkOperation,
  { engine, clock }: BulkOptions,
): Promise<BulkItem> {
  const refused = (reason: string) => ({ saga_id: sagaId, accepted: false, reason });
  const found = await engine.get(sagaId);
  if (!found) return refused(`There is no saga ${sagaId}.`);
  const { saga, controller } = found;
  if (step !== undefined && saga.phase.name === "needs-intervention" && saga.phase.step !== step) {
    return refused(`the step that needs a human is ${saga.phase.step}, not ${step}`);
  }
  const explained = explainChoices(controller, saga, clock.now()).find((each) => each.name === name);
  if (!explained) return refused("the saga does not allow it");
  // The engine validates the result too, so the preview must.
  if (step !== undefined && name === "applied" && explained.choice.allowed) readResult(found, step, undefined);
  const { allowed: accepted, choice: _name, ...rest } = viewChoice(explained);
  return { saga_id: sagaId, accepted, ...rest };
}

/** An error at one saga must not keep the operation from the others. */
function refusedItem(sagaId: string, error: unknown, { onError }: BulkOptions): BulkItem {
  const refused = { saga_id: sagaId, accepted: false };
  if (error instanceof OperationRefused) {
    const { message: reason, from } = error;
    return { ...refused, reason, ...(from !== undefined && { allowed_from: timestamp(from) }) };
  }
  if (error instanceof UnreadableSaga || error instanceof JournalError) return { ...refused, reason: error.message };
  onError(error);
  return { ...refused, reason: "A defect; the log says more." };
}
