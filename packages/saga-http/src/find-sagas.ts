import {
  type Engine,
  type FoundSaga,
  type SagaIndex,
  type SagaQuery,
  stateOf,
  statusOf,
  stepOf,
  UnreadableSaga,
} from "saga-core";

export interface Finding {
  readonly engine: Engine;
  readonly index: SagaIndex;
  /** Told of a saga that cannot be read; the others are found without it. */
  readonly onUnreadable: (error: UnreadableSaga) => void;
}

export interface Found {
  readonly sagas: readonly FoundSaga[];
  /** The last one that was looked at, where there are more. */
  readonly last: string | undefined;
}

/** Sagas as they are now, newest first. */
export async function findSagas(query: SagaQuery, { engine, index, onUnreadable }: Finding): Promise<Found> {
  const { limit } = query;
  const ids = await listIds({ ...query, limit: limit + 1 }, index, engine);
  const found = await Promise.all(
    ids.slice(0, limit).map((id) =>
      engine.get(id).catch((error: unknown) => {
        if (!(error instanceof UnreadableSaga)) throw error;
        onUnreadable(error);
        return undefined;
      }),
    ),
  );
  return { sagas: found.flatMap((saga) => saga ?? []), last: ids.length > limit ? ids[limit - 1] : undefined };
}

/** What cannot be read needs a human (rule 11); the index only knows how it was recorded last. */
async function listIds(query: SagaQuery, index: SagaIndex, engine: Engine): Promise<readonly string[]> {
  const { status, state, step, limit, before } = query;
  const unreadable = engine.unreadable();
  const isByPlace = status !== undefined || state !== undefined || step !== undefined;
  if (unreadable.size === 0 || !isByPlace) return await index.list(query);
  const listed = await index.list({ ...query, limit: limit + unreadable.size });
  const ids = listed.filter((id) => !unreadable.has(id));
  for (const id of unreadable) {
    const found = await engine.get(id);
    if (found && (before === undefined || id < before) && fits(found, query)) ids.push(id);
  }
  return ids.toSorted((one, other) => (one < other ? 1 : -1)).slice(0, limit);
}

/** Whether a saga is where it is asked for. What it holds, and since when, is not looked at. */
export function fits({ saga, controller }: FoundSaga, { definition, status, state, step }: Partial<SagaQuery>): boolean {
  return (
    (definition === undefined || saga.definition === definition) &&
    (status === undefined || statusOf(saga) === status) &&
    (state === undefined || stateOf(controller, saga) === state) &&
    (step === undefined || stepOf(controller, saga) === step)
  );
}
