import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { readDefinitions, readOverview, readSagas } from "../api/client.ts";
import type { Saga } from "../api/replies.ts";
import { mayOperate } from "../api/who.ts";
import { knownCount } from "../model/known-count.ts";
import { apiQueryOf, searchOf } from "../model/saga-filter.ts";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { PartFailure, usePart } from "../parts/part.tsx";
import { paths } from "../parts/paths.ts";
import { sinceOf } from "../parts/trouble-rows.tsx";
import { useLive } from "../parts/use-live.ts";
import { useSampled } from "../parts/use-sampled.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { number } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { Queue } from "./desk/queue.tsx";
import { StartsCard } from "./desk/starts-card.tsx";

const SHOWN_MAX = "200";

/** Where many sagas change, the queue is read again together for all of them. */
const SOON_MS = 1_000;

interface QueuePage {
  readonly sagas: readonly Saga[];
  /** The cursor of those that do not fit; null: all do. */
  readonly next: string | null;
  /** How many do not fit; undefined: that is not known. */
  readonly more: number | undefined;
}

/** The sagas that need a human, the one that has waited longest first; and whether new ones come. */
export function Repair(): VNode {
  const texts = t.value.desk;
  const queue = useLoaded("queue", readQueue);
  const definitions = usePart("definitions", readDefinitions);
  const live = useLive({ path: "sagas", onMessage: useSampled(queue.reload, SOON_MS), onRefresh: queue.reload });
  const marked = useSignal<ReadonlySet<string>>(new Set());
  const { sagas: found = [], next = null, more } = queue.value.value ?? {};
  const sagas = found.toSorted((one, other) => sinceOf(one) - sinceOf(other));
  return (
    <>
      <LiveSign state={live.value} />
      <ViewTitle text={t.value.nav.repair} />
      <Failure error={queue.error.value} readAt={queue.readAt.value} onAgain={queue.reload} />
      <section class="card" aria-labelledby="queue">
        <h2 id="queue">{texts.queue}</h2>
        {queue.value.value && sagas.length === 0 && <p>{texts.queueEmpty}</p>}
        <Queue sagas={sagas} marked={mayOperate.value ? marked : undefined} />
        {next !== null && (
          <p class="small">
            {texts.queueMore(number(sagas.length), more === undefined ? undefined : number(more))}{" "}
            <a href={furtherOf(next, sagas.length)}>{texts.queueOthers}</a>
          </p>
        )}
      </section>
      <PartFailure what={t.value.definitions.title} part={definitions} isSaid={queue.error.value !== undefined} />
      <StartsCard definitions={definitions.value.value ?? []} onChanged={definitions.reload} />
    </>
  );
}

const inQueue = { api: { phase: "needs_intervention" }, isOldestFirst: true } as const;

/** The first of the queue, and how many more there are. */
async function readQueue(): Promise<QueuePage> {
  const { items, next_cursor: next } = await readSagas(new URLSearchParams({ ...apiQueryOf(inQueue), limit: SHOWN_MAX }));
  if (next === null) return { sagas: items, next, more: undefined };
  // Without the counts, the queue says that there are more.
  const counts = await readOverview().then(
    ({ open }) => open,
    () => undefined,
  );
  const more = counts && (knownCount(inQueue, counts) ?? 0) - items.length;
  return { sagas: items, next, more: more !== undefined && more > 0 ? more : undefined };
}

/** The page of the list that goes on where the queue ends. */
function furtherOf(cursor: string, shown: number): string {
  return paths.list(searchOf(inQueue, { cursor, from: shown + 1 }));
}
