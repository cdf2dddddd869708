import { type Clock, JournalError, type OperatedSaga, OperationRefused, UnreadableSaga } from "saga-core";
import { type ChoiceName, explainChoices, readResult } from "saga-core/engine";
import { viewChoice } from "../operations/choices-view.ts";
import { viewEventSeq } from "../operations/operated-view.ts";
import { invalidRequest } from "../problems/invalid-request.ts";
import { findSagas, type SagaFinder } from "../sagas/find-sagas.ts";
import { toCursor } from "../sagas/list-cursor.ts";
import { LIMIT_MAX, toQuery } from "../sagas/list-query.ts";
import { timestamp } from "../wire/timestamp.ts";
import type { BulkItem, BulkResult, Selection } from "./bulk-schemas.ts";
import { type CommandTarget, curlCommand } from "./next-command.ts";
import { hashOf, type ListedSaga, type Listing, readToken, writeToken } from "./preview-token.ts";

export interface BulkOptions extends SagaFinder {
  readonly clock: Clock;
  /** Called with a defect that one of the sagas met; the operation continues with the others. */
  readonly onError: (error: unknown) => void;
}

/** In the place of what a preview showed, for a saga that it did not list: no hash is empty. */
const UNLISTED = "";

/** An operation on each of the chosen sagas. */
export interface BulkOperation {
  readonly choice: ChoiceName;
  /** The step that a resolution is about. */
  readonly step?: string;
  readonly perform: (sagaId: string) => Promise<OperatedSaga>;
  /** The operation's route, for the command that comes next. */
  readonly target: CommandTarget;
}

/**
 * Performs or previews an operation on the chosen sagas, at most `LIMIT_MAX` at a time.
 *
 * @param signal aborted when the client has left: the sagas are then not looked up. What was begun is done.
 * @throws ProblemError when too many requests wait that read many sagas.
 */
export async function performBulk(
  body: Selection,
  operation: BulkOperation,
  options: BulkOptions,
  signal: AbortSignal,
): Promise<BulkResult> {
  return body.preview ? await preview(body, operation, options, signal) : await perform(body, operation, options, signal);
}

/** Shows what would become of each saga. The token lists those on which the operation is allowed. */
async function preview(
  body: Selection,
  operation: BulkOperation,
  options: BulkOptions,
  signal: AbortSignal,
): Promise<BulkResult> {
  const { sagaIds, nextCursorId } = await select(body, options, signal);
  const items = await previewAll(sagaIds, operation, options, signal);
  const next_cursor = toCursor(nextCursorId);
  const accepted = items.filter((item) => item.accepted);
  if (accepted.length === 0) {
    return { preview: true, items, next_cursor, next_command: nextPage(body, next_cursor, operation) };
  }
  const { saga_ids: _ids, cursor: _cursor, preview: _preview, ...same } = body;
  const sagas = accepted.map((item) => ({ id: item.saga_id, shown: hashOf(item) }));
  const token = writeToken({ sagas, nextCursorId }, nameOf(body, operation), options.clock.now());
  if (body.saga_ids) {
    const command = curlCommand(operation.target, { saga_ids: accepted.map(({ saga_id }) => saga_id), ...same });
    return { preview: true, items, token, next_cursor, next_command: command };
  }
  return { preview: true, items, token, next_cursor, next_command: curlCommand(operation.target, { ...same, token }) };
}

/** Performs the operation on the sagas of `saga_ids`, or on those that the preview of `token` listed. */
async function perform(
  body: Selection,
  operation: BulkOperation,
  options: BulkOptions,
  signal: AbortSignal,
): Promise<BulkResult> {
  const { sagas, nextCursorId } = listingOf(body, operation, options.clock.now());
  const ids = sagas.map(({ id }) => id);
  const previews = await previewAll(ids, operation, options, signal);
  const shown = new Map(sagas.map((saga) => [saga.id, saga.shown]));
  const items = await Promise.all(
    previews.map(async (item) => {
      const expected = shown.get(item.saga_id);
      if (expected === UNLISTED)
        return { saga_id: item.saga_id, accepted: false, reason: "Its preview did not list it as accepted." };
      return await performOne(item, expected, operation, options);
    }),
  );
  const next_cursor = toCursor(nextCursorId);
  return { preview: false, items, next_cursor, next_command: nextPage(body, next_cursor, operation) };
}

async function select({ saga_ids, where = {}, cursor }: Selection, options: BulkOptions, signal: AbortSignal) {
  if (saga_ids) return { sagaIds: [...new Set(saga_ids)], nextCursorId: undefined };
  const { sagas, nextCursorId } = await findSagas({ ...toQuery(where), before: cursor, limit: LIMIT_MAX }, options, signal);
  return { sagaIds: sagas.map(({ saga }) => saga.id), nextCursorId };
}

interface ChosenSagas extends Pick<Listing, "nextCursorId"> {
  readonly sagas: readonly (Pick<ListedSaga, "id"> & Partial<ListedSaga>)[];
}

function listingOf(body: Selection, operation: BulkOperation, now: number): ChosenSagas {
  const { saga_ids, token } = body;
  const ids = saga_ids && [...new Set(saga_ids)];
  if (ids && token === undefined) return { sagas: ids.map((id) => ({ id })), nextCursorId: undefined };
  const listing = readToken(token ?? "", nameOf(body, operation), now);
  if (typeof listing === "string") throw invalidRequest([{ pointer: "/token", detail: listing }]);
  if (!ids) return listing;
  const listed = new Map(listing.sagas.map((saga) => [saga.id, saga]));
  return { sagas: ids.map((id) => listed.get(id) ?? { id, shown: UNLISTED }), nextCursorId: undefined };
}

/** What a preview and the use of its token must have in common. Of ids, some of the previewed ones may be used at a time. */
function nameOf({ where }: Selection, { choice, step }: BulkOperation): string {
  const filters = where && Object.entries(where).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([choice, step, filters ?? "ids"]);
}

/** The command that previews the next page; null after the last one. */
function nextPage(body: Selection, cursor: string | null, { target }: BulkOperation): string | null {
  const { token: _token, ...same } = body;
  return cursor === null ? null : curlCommand(target, { ...same, cursor, preview: true });
}

/** What would become of each saga now. */
async function previewAll(
  sagaIds: readonly string[],
  operation: BulkOperation,
  options: BulkOptions,
  signal: AbortSignal,
): Promise<BulkItem[]> {
  return await options.queues.readPage(() => Promise.all(sagaIds.map((id) => previewOne(id, operation, options))), signal);
}

/** @param shown what the preview said would become of it; undefined if it was chosen by its id. */
async function performOne(
  item: BulkItem,
  shown: string | undefined,
  operation: BulkOperation,
  options: BulkOptions,
): Promise<BulkItem> {
  const { saga_id: id } = item;
  if (item.accepted && shown !== undefined && shown !== hashOf(item)) {
    const reason = `It has changed since the preview: now ${item.consequence?.explanation ?? "something else"} would follow. Preview again.`;
    return { saga_id: id, accepted: false, reason };
  }
  try {
    const { eventSeq } = await operation.perform(id);
    return { saga_id: id, accepted: true, ...(item.consequence && { consequence: item.consequence }), ...viewEventSeq(eventSeq) };
  } catch (error) {
    return refusedItem(id, error, options);
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
