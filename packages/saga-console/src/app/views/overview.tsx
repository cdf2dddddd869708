import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { readDefinitions, readOverview, readSagas } from "../api/client.ts";
import type { Saga } from "../api/replies.ts";
import { countsOf, type PhaseCount } from "../model/phases.ts";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { MinuteChart } from "../parts/minute-chart.tsx";
import { PartFailure, usePart } from "../parts/part.tsx";
import { ParticipantsCard } from "../parts/participants-card.tsx";
import { paths } from "../parts/paths.ts";
import { PausesCard } from "../parts/pauses-card.tsx";
import { RepairsCard } from "../parts/repairs-card.tsx";
import { SagaLines } from "../parts/saga-lines.tsx";
import { useNow } from "../parts/ticking.ts";
import { sinceOf, TroubleRows } from "../parts/trouble-rows.tsx";
import { useLive } from "../parts/use-live.ts";
import { useRepeated } from "../parts/use-repeated.ts";
import { useSampled } from "../parts/use-sampled.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { duration, number } from "../texts/format.ts";
import { t } from "../texts/language.ts";

/** The counts are few bytes, and cost the same under any load: reading them this often is less than a stream of all sagas that change. */
const AGAIN_MS = 2_000;
/** Where many come to need a human, they are shown together. */
const SOON_MS = 1_000;
const MARKS_MAX = "50";
const LINES_MAX = 5;

/** What is in trouble, the worst first; then the last hour, the participants, the pauses and the repairs. */
export function Overview(): VNode {
  const texts = t.value.overview;
  const overview = useLoaded("overview", readOverview);
  const { open = [], paused = [], minutes, since, participants = [], repairs = [] } = overview.value.value ?? {};
  // They say by which member people know a saga.
  const definitions = usePart("definitions", readDefinitions);
  const counts = countsOf(open);
  const troubled = counts.filter(({ phase, count }) => count > 0 && phase !== "forward").map(({ phase }) => phase);
  const marks = usePart("marks", () => readOldest(troubled));
  const signature = open.map(({ phase, count, oldest_since: oldest }) => `${phase} ${count} ${oldest}`).join();
  useEffect(() => {
    if (overview.value.peek()) marks.reload();
  }, [signature]);
  useRepeated(overview.reload, AGAIN_MS);
  // A saga that comes to need a human is shown at once.
  const live = useLive({
    path: "sagas?status=needs_intervention",
    onMessage: useSampled(overview.reload, SOON_MS),
    onRefresh: overview.reload,
  });
  const sagasOf = marks.value.value ?? new Map<string, readonly Saga[]>();
  const human = counts.find(({ phase }) => phase === "needs_intervention");
  const isAsking = human !== undefined && human.count > 0;
  const asking = (sagasOf.get("needs_intervention") ?? []).toSorted((one, other) => sinceOf(one) - sinceOf(other));
  return (
    <>
      <LiveSign state={live.value} />
      <ViewTitle text={useSentence(counts, overview.value.value !== undefined)} page={t.value.nav.overview}>
        {isAsking && (
          <a class="button primary" href={paths.repair}>
            {texts.openDesk}
          </a>
        )}
      </ViewTitle>
      <Failure error={overview.error.value} readAt={overview.readAt.value} onAgain={overview.reload} />
      <PartFailure what={texts.oldestOnes} part={marks} isSaid={overview.error.value !== undefined} />
      <PartFailure what={t.value.definitions.title} part={definitions} isSaid={overview.error.value !== undefined} />
      <div class="columns">
        <div class="column-wide">
          <section class="card" aria-labelledby="trouble">
            <h2 id="trouble">{texts.byPhase}</h2>
            <TroubleRows counts={counts} sagasOf={sagasOf} />
          </section>
          {isAsking && asking.length > 0 && (
            <section class="card" aria-labelledby="first">
              <h2 id="first">{texts.first}</h2>
              <SagaLines sagas={asking.slice(0, LINES_MAX)} />
            </section>
          )}
          {minutes && since !== undefined && <MinuteChart minutes={minutes} since={since} />}
        </div>
        <div class="column-narrow">
          {overview.value.value && <ParticipantsCard participants={participants} since={since} />}
          <PausesCard paused={paused} />
          <RepairsCard repairs={repairs} />
        </div>
      </div>
    </>
  );
}

/** Some sagas of each phase, those that started first. */
async function readOldest(wanted: readonly string[]): Promise<ReadonlyMap<string, readonly Saga[]>> {
  const pages = await Promise.all(
    wanted.map(async (phase) => {
      const { items } = await readSagas(new URLSearchParams({ phase, order: "oldest", limit: MARKS_MAX }));
      return [phase, items] as const;
    }),
  );
  return new Map(pages);
}

/** The sentence that is read first: who waits, and how long. */
function useSentence(counts: readonly PhaseCount[], isRead: boolean): string {
  const texts = t.value.overview;
  const now = useNow();
  if (!isRead) return t.value.nav.overview;
  const human = counts.find(({ phase }) => phase === "needs_intervention");
  if (human && human.count > 0) return texts.some(number(human.count), duration(now - (human.oldestSince ?? now)));
  const moving = counts.reduce((sum, { count }) => sum + count, 0);
  return moving === 0 ? texts.calm : texts.onlyMoving(number(moving));
}
