import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { readDefinitions, readSagas } from "../api/client.ts";
import type { Saga } from "../api/replies.ts";
import { mayOperate } from "../api/who.ts";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { useLive } from "../parts/use-live.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";
import { Queue } from "./desk/queue.tsx";
import { StartsCard } from "./desk/starts-card.tsx";

const SHOWN_MAX = "200";

function sinceOf({ phase_since: since, updated_at: changed }: Saga): string {
  return since ?? changed;
}

/** The sagas that need a human, the one that has waited longest first; and whether new ones come. */
export function Repair(): VNode {
  const texts = t.value.desk;
  const queue = useLoaded("queue", () =>
    readSagas(new URLSearchParams({ phase: "needs_intervention", order: "oldest", limit: SHOWN_MAX })),
  );
  const definitions = useLoaded("definitions", readDefinitions);
  const live = useLive({ path: "sagas", onMessage: queue.reload, onRefresh: queue.reload });
  const marked = useSignal<ReadonlySet<string>>(new Set());
  const sagas = (queue.value.value?.items ?? []).toSorted((one, other) => sinceOf(one).localeCompare(sinceOf(other)));
  return (
    <>
      <LiveSign state={live.value} />
      <ViewTitle text={t.value.nav.repair} />
      <Failure error={queue.error.value} readAt={queue.readAt.value} onAgain={queue.reload} />
      <section class="card" aria-labelledby="queue">
        <h2 id="queue">{texts.queue}</h2>
        {queue.value.value && sagas.length === 0 && <p>{texts.queueEmpty}</p>}
        <Queue sagas={sagas} marked={mayOperate.value ? marked : undefined} />
      </section>
      <StartsCard definitions={definitions.value.value ?? []} onChanged={definitions.reload} />
    </>
  );
}
