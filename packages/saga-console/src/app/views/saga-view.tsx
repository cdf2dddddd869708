import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { useRoute } from "preact-iso";
import { readAllVersions, readEvents, readSaga, root } from "../api/client.ts";
import { eventSchema, type Saga, type SagaEvent } from "../api/replies.ts";
import { session } from "../api/who.ts";
import { chartOf } from "../model/chart.ts";
import { curlOf } from "../model/curl.ts";
import { EventLog } from "../model/event-log.ts";
import { layOut, type SagaEnd } from "../model/ladder.ts";
import { definitionOf, endsOf, nameOf } from "../model/names.ts";
import { pictureAfter, pictureNow } from "../model/picture.ts";
import { whyOf } from "../model/why.ts";
import { StatusBadge } from "../parts/badge.tsx";
import { ChartView } from "../parts/chart-view.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Countdown } from "../parts/countdown.tsx";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { History } from "../parts/history.tsx";
import { LadderView } from "../parts/ladder-view.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { PartFailure, usePart } from "../parts/part.tsx";
import { useLive } from "../parts/use-live.ts";
import { useSampled } from "../parts/use-sampled.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { WhyCard } from "../parts/why-card.tsx";
import { t } from "../texts/language.ts";
import { Desk } from "./desk.tsx";

/** Between two reads of the saga while events come. */
const SOON_MS = 250;

/** One saga: why it is here, what may be done, the ladder, the history, the data. */
export function SagaView(): VNode {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const saga = useLoaded(`saga ${id}`, () => readSaga(id));
  const log = useMemo(() => new EventLog(), [id]);
  const events = useLoaded(`events ${id}`, async () => log.take(await readEvents(id)));
  const definitions = usePart("definitions", readAllVersions);
  const refresh = () => {
    saga.reload();
    events.reload();
  };
  // A stream that begins at the start tells a long history at once.
  const readSoon = useSampled(saga.reload, SOON_MS);
  const round = useSignal(0);
  const live = useLive(
    {
      path: `sagas/${encodeURIComponent(id)}/events`,
      onMessage: (data) => {
        const event = eventSchema.safeParse(parseJson(data));
        if (event.success) log.note(event.data);
        if (log.hasGap || !event.success || events.error.peek()) events.reload();
        readSoon();
      },
      onRefresh: refresh,
      stopsWhereMissing: true,
    },
    round.value,
  );
  const again = () => {
    refresh();
    if (live.peek() === "missing") round.value += 1;
  };
  const error = saga.error.value ?? events.error.value;
  const found = saga.value.value;
  return (
    <>
      <LiveSign state={live.value} />
      {!found && <ViewTitle text={error?.status === 404 || error?.status === 422 ? t.value.saga.notFound : t.value.list.saga} />}
      <Failure error={error} readAt={saga.readAt.value} onAgain={again} />
      {found && (
        <>
          <PartFailure what={t.value.definitions.title} part={definitions} isSaid={error !== undefined} />
          <SagaPage
            key={id}
            saga={found}
            events={log.events.value ?? []}
            definitions={definitions.value.value ?? []}
            hasDefinitions={definitions.value.value !== undefined}
            onChanged={refresh}
          />
        </>
      )}
    </>
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface SagaPageProps {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
  readonly definitions: Parameters<typeof definitionOf>[1];
  readonly hasDefinitions: boolean;
  readonly onChanged: () => void;
}

function SagaPage({ saga, events, definitions, hasDefinitions, onChanged }: SagaPageProps): VNode {
  const texts = t.value.saga;
  const shown = useSignal<number | undefined>(undefined);
  const show = (seq: number | undefined) => {
    shown.value = seq;
  };
  const definition = definitionOf(saga, definitions);
  const url = `${location.origin}${root}/sagas/${saga.saga_id}`;
  return (
    <>
      <ViewTitle text={nameOf(saga)}>
        <StatusBadge status={saga.status} />
        <div class="actions">
          <CopyButton label={texts.copyLink} text={() => location.href} />
          <CopyButton label={texts.copyCurl} text={() => curlOf(url, session.value?.needs_token === true)} />
        </div>
      </ViewTitle>
      <p class="quiet small">
        <span class="mono">{saga.saga_id}</span> · <span class="mono">{saga.state}</span> · {saga.definition},{" "}
        {texts.version(saga.version)}
        {saga.deadline_at !== undefined && (
          <>
            {" "}
            · {t.value.details.turnsBack} <Countdown until={saga.deadline_at} />
          </>
        )}
      </p>
      <div class="columns">
        <div class="column">
          <div class="area-why">
            <WhyCard saga={saga} reasons={whyOf(saga, events)} />
          </div>
          <div class="area-ladder">
            <LadderCard
              saga={saga}
              events={events}
              definition={definition}
              hasDefinitions={hasDefinitions}
              shown={shown.value}
              onNow={() => show(undefined)}
            />
            <History events={events} shown={shown.value} onShow={show} />
          </div>
        </div>
        <div class="column">
          <div class="area-desk">
            <Desk key={saga.saga_id} saga={saga} events={events} definition={definition} onChanged={onChanged} />
          </div>
          <div class="area-data">
            <ChartView chart={chartOf(definition, eventsUntil(events, shown.value))} />
            <DataCard saga={saga} />
          </div>
        </div>
      </div>
    </>
  );
}

interface LadderCardProps {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
  readonly definition: ReturnType<typeof definitionOf>;
  readonly hasDefinitions: boolean;
  readonly shown: number | undefined;
  readonly onNow: () => void;
}

function LadderCard({ saga, events, definition, hasDefinitions, shown, onNow }: LadderCardProps): VNode {
  const texts = t.value.saga;
  const isPast = shown !== undefined;
  const names = saga.steps.map(({ step }) => step);
  const until = eventsUntil(events, shown);
  const picture = isPast ? pictureAfter(names, until) : pictureNow(saga, events);
  const ladder = layOut(picture, definition?.steps, isPast ? undefined : endOf(saga.status));
  return (
    <section class={isPast ? "card card-past" : "card"} aria-labelledby="ladder">
      <header class="card-head">
        <h2 id="ladder">{texts.ladder}</h2>
        <span class="quiet small">{isPast ? texts.asOfEvent(shown) : texts.asOfNow}</span>
        {isPast && (
          <button type="button" onClick={onNow}>
            {texts.backToNow}
          </button>
        )}
      </header>
      {hasDefinitions && !definition && <p class="small quiet">{texts.unknownVersion(saga.version)}</p>}
      <LadderView ladder={ladder} saga={saga} events={until} isPast={isPast} names={endsOf(definition)} />
    </section>
  );
}

/** The events up to the one that is shown; all of them where the page shows now. */
function eventsUntil(events: readonly SagaEvent[], shown: number | undefined): readonly SagaEvent[] {
  return shown === undefined ? events : events.filter(({ seq }) => seq <= shown);
}

function endOf(status: string): SagaEnd {
  return status === "completed" || status === "cancelled" ? status : undefined;
}

function DataCard({ saga }: { readonly saga: Saga }): VNode {
  const texts = t.value.saga;
  return (
    <section class="card" aria-labelledby="data">
      <h2 id="data">{texts.data}</h2>
      <h3 class="small quiet">{texts.gathered}</h3>
      <Members of={saga.data} />
      <h3 class="small quiet">{texts.input}</h3>
      <Members of={saga.input} />
    </section>
  );
}

function Members({ of }: { readonly of: Readonly<Record<string, unknown>> }): VNode {
  const members = Object.entries(of);
  if (members.length === 0) return <p class="quiet">–</p>;
  return (
    <dl class="members mono small">
      {members.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
