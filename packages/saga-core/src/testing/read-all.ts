import type { Engine } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { SagaEvent } from "../transition/event.ts";

const ALL = Number.MAX_SAFE_INTEGER;

/** All events of a saga, in order; none for an unknown id. */
export async function eventsOf(engine: Pick<Engine, "history">, id: string): Promise<readonly SagaEvent[]> {
  return ((await engine.history(id, { limit: ALL })) ?? []).map(({ event }) => event);
}

/** All records of a saga, as a journal gives them back; none for an unknown id. */
export async function recordsOf(journal: Pick<Journal, "load">, id: string): Promise<readonly unknown[]> {
  return (await journal.load(id, { after: 0, limit: ALL })).map(({ event }) => event);
}
