import { type Engine, type FoundSaga, isAskedFor, type SagaIndex, type SagaQuery, UnreadableSaga } from "saga-core";

export interface Finding {
  readonly engine: Engine;
  readonly index: SagaIndex;
  /** Told of a saga that cannot be read; the others are found without it. */
  readonly onUnreadable: (error: UnreadableSaga) => void;
}

interface Found {
  readonly sagas: readonly FoundSaga[];
  /** The last one that was looked at, where there are more. */
  readonly last: string | undefined;
}

/** Sagas as they are now, newest first. */
export async function findSagas(query: SagaQuery, finding: Finding): Promise<Found> {
  const { engine, index } = finding;
  const { limit } = query;
  const ids = await listIds({ ...query, limit: limit + 1 }, index, engine);
  const found = await Promise.all(ids.slice(0, limit).map((id) => getReadable(id, finding)));
  return { sagas: found.flatMap((saga) => saga ?? []), last: ids.length > limit ? ids[limit - 1] : undefined };
}

/** A saga as it is now; undefined for one that cannot be read, which is no reason to hide the others. */
export async function getReadable(sagaId: string, { engine, onUnreadable }: Finding): Promise<FoundSaga | undefined> {
  try {
    return await engine.get(sagaId);
  } catch (error) {
    if (!(error instanceof UnreadableSaga)) throw error;
    onUnreadable(error);
    return undefined;
  }
}

/** What cannot be read needs a human (rule 11); the index only knows how it was recorded last. */
async function listIds(query: SagaQuery, index: SagaIndex, engine: Engine): Promise<readonly string[]> {
  const { limit, before } = query;
  const unreadable = engine.unreadable();
  if (unreadable.size === 0) return await index.list(query);
  const listed = await index.list({ ...query, limit: limit + unreadable.size });
  const ids = listed.filter((id) => !unreadable.has(id));
  for (const id of unreadable) {
    const found = await engine.get(id);
    if (found && (before === undefined || id < before) && isAskedFor(found, query)) ids.push(id);
  }
  return ids.toSorted((one, other) => (one < other ? 1 : -1)).slice(0, limit);
}
