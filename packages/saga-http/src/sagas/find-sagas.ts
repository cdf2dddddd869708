import { type Engine, type FoundSaga, type SagaIndex, UnreadableSaga } from "saga-core";
import { foundMatches, pageOf, type SagaQuery } from "saga-core/engine";
import { followingOn } from "./list-cursor.ts";
import type { ReadQueues } from "./read-queues.ts";

export interface SagaFinder {
  readonly engine: Engine;
  readonly index: SagaIndex;
  /** Called with the error of each saga that cannot be read; the result leaves that saga out. */
  readonly onUnreadable: (error: UnreadableSaga) => void;
  readonly queues: ReadQueues;
}

interface FoundPage {
  readonly sagas: readonly FoundSaga[];
  /** The id of the last saga of this page; undefined on the last page. */
  readonly nextCursorId: string | undefined;
}

/**
 * A page of sagas as they are now, in the order of the query.
 *
 * @param signal aborted when the client has left: then the search stops.
 * @throws ProblemError when too many searches wait.
 */
export async function findSagas(query: SagaQuery, finder: SagaFinder, signal: AbortSignal): Promise<FoundPage> {
  return await finder.queues.search(query, () => readPage(query, finder, signal), signal);
}

async function readPage(query: SagaQuery, finder: SagaFinder, signal: AbortSignal): Promise<FoundPage> {
  if (query.text !== undefined) return await readShownPage(query, query.text, finder, signal);
  const { limit } = query;
  const ids = await listIds({ ...query, limit: limit + 1 }, finder, signal);
  const found = await Promise.all(ids.slice(0, limit).map((id) => getReadable(id, finder)));
  return { sagas: found.flatMap((saga) => saga ?? []), nextCursorId: ids.length > limit ? ids[limit - 1] : undefined };
}

/**
 * The index finds a text in what is secret, too. A saga that only its secrets made match is left out, and is no cursor either: so a search tells
 * nothing of a secret.
 */
async function readShownPage(query: SagaQuery, text: string, finder: SagaFinder, signal: AbortSignal): Promise<FoundPage> {
  const { limit } = query;
  const sagas: FoundSaga[] = [];
  let rest = query;
  for (;;) {
    const wanted = limit + 1 - sagas.length;
    const ids = await listIds({ ...rest, limit: wanted }, finder, signal);
    const found = await Promise.all(ids.map((id) => getReadable(id, finder)));
    sagas.push(...found.flatMap((saga) => (saga && showsText(saga, text) ? saga : [])));
    if (sagas.length > limit || ids.length < wanted) break;
    rest = followingOn(rest, ids.at(-1));
  }
  const page = sagas.slice(0, limit);
  return { sagas: page, nextCursorId: sagas.length > limit ? page.at(-1)?.saga.id : undefined };
}

/** Where nothing is secret, the index has decided. */
function showsText(found: FoundSaga, text: string): boolean {
  const { saga, controller } = found;
  const hasSecrets = controller.secret.length > 0 || saga.secret !== undefined;
  return !hasSecrets || foundMatches(found, { text });
}

/** A saga as it is now; undefined if it cannot be read, because one such saga must not hide the others. */
export async function getReadable(sagaId: string, { engine, onUnreadable }: SagaFinder): Promise<FoundSaga | undefined> {
  try {
    return await engine.get(sagaId);
  } catch (error) {
    if (!(error instanceof UnreadableSaga)) throw error;
    onUnreadable(error);
    return undefined;
  }
}

/** Unreadable sagas need a human (rule 11), but the index has them as they were last recorded: the engine decides which of them fit. */
async function listIds(query: SagaQuery, { engine, index }: SagaFinder, signal: AbortSignal): Promise<readonly string[]> {
  const { limit } = query;
  const unreadable = engine.unreadable();
  if (unreadable.size === 0) return await index.list(query, { signal });
  const listed = await index.list({ ...query, limit: limit + unreadable.size }, { signal });
  const ids = listed.filter((id) => !unreadable.has(id));
  for (const id of unreadable) {
    const found = await engine.get(id);
    if (found && foundMatches(found, query)) ids.push(id);
  }
  return pageOf(ids, query);
}
