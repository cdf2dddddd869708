import type { VNode } from "preact";
import { readAllVersions, readSagas } from "../api/client.ts";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { SagaLines } from "../parts/saga-lines.tsx";
import { useLive } from "../parts/use-live.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";

const SHOWN_MAX = "200";

/** The sagas that need a human, the one that has waited longest first. */
export function Repair(): VNode {
  const texts = t.value.desk;
  const queue = useLoaded("queue", () => readSagas(new URLSearchParams({ status: "needs_intervention", limit: SHOWN_MAX })));
  const definitions = useLoaded("definitions", readAllVersions);
  const live = useLive({ path: "sagas", onMessage: queue.reload, onRefresh: queue.reload });
  const sagas = (queue.value.value?.items ?? []).toSorted((one, other) => one.updated_at.localeCompare(other.updated_at));
  return (
    <>
      <LiveSign state={live.value} />
      <ViewTitle text={t.value.nav.repair} />
      <Failure error={queue.error.value} readAt={queue.readAt.value} onAgain={queue.reload} />
      <section class="card" aria-labelledby="queue">
        <h2 id="queue">{texts.queue}</h2>
        {queue.value.value && sagas.length === 0 && <p>{texts.queueEmpty}</p>}
        <SagaLines sagas={sagas} definitions={definitions.value.value ?? []} />
      </section>
    </>
  );
}
