import type { VNode } from "preact";
import { readDefinitions, readSagas } from "../api/client.ts";
import { type OpenSagas, readOpenSagas } from "../api/open-sagas.ts";
import type { Saga } from "../api/replies.ts";
import { ageMark } from "../model/age-mark.ts";
import { sinceOf, type Trouble, troubles, troublesOf } from "../model/trouble.ts";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { Glyph, toneOf } from "../parts/glyph.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { paths } from "../parts/paths.ts";
import { SagaLines } from "../parts/saga-lines.tsx";
import { useNow } from "../parts/ticking.ts";
import { useLive } from "../parts/use-live.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { duration, number, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

const marks: Readonly<Record<Trouble, string>> = {
  "needs-human": "needs_intervention",
  "in-doubt": "unknown",
  undoing: "undoing",
  retrying: "unavailable",
  waiting: "waiting",
};

const LINES_MAX = 5;

/** What is in trouble, the worst first. */
export function Overview(): VNode {
  const texts = t.value.overview;
  const open = useLoaded("open", readOpenSagas);
  const recent = useLoaded("recent", () => readSagas(new URLSearchParams({ limit: String(LINES_MAX) })));
  const definitions = useLoaded("definitions", readDefinitions);
  const refresh = () => {
    open.reload();
    recent.reload();
    definitions.reload();
  };
  const live = useLive({ path: "sagas", onMessage: refresh, onRefresh: refresh });
  const described = definitions.value.value ?? [];
  const { sagas, isCut } = open.value.value ?? { sagas: [], isCut: false };
  const asking = sagas
    .filter(({ status }) => status === "needs_intervention")
    .toSorted((one, other) => sinceOf(one) - sinceOf(other));
  return (
    <>
      <LiveSign state={live.value} />
      <ViewTitle text={useSentence({ sagas, isCut }, asking)} page={t.value.nav.overview}>
        {asking.length > 0 && (
          <a class="button primary" href={paths.repair}>
            {texts.openDesk}
          </a>
        )}
      </ViewTitle>
      <Failure error={open.error.value ?? definitions.error.value} readAt={open.readAt.value} onAgain={refresh} />
      <div class="columns">
        <div class="column-wide">
          <section class="card" aria-labelledby="trouble">
            <h2 id="trouble">{texts.byAge}</h2>
            <ul class="troubles">
              {troubles.map((trouble) => (
                <TroubleRow
                  key={trouble}
                  trouble={trouble}
                  sagas={sagas.filter((saga) => troublesOf(saga).includes(trouble))}
                  isCut={isCut}
                />
              ))}
            </ul>
          </section>
          {asking.length > 0 && (
            <section class="card" aria-labelledby="first">
              <h2 id="first">{texts.first}</h2>
              <SagaLines sagas={asking.slice(0, LINES_MAX)} />
            </section>
          )}
        </div>
        <div class="column-narrow">
          <section class="card" aria-labelledby="pauses">
            <h2 id="pauses">{texts.definitions}</h2>
            <ul class="saga-lines">
              {described.map(({ definition, version, paused }) => (
                <li key={definition}>
                  <a class="mono" href={paths.definitions}>
                    {definition}
                  </a>{" "}
                  <span class="quiet small">{t.value.saga.version(version)}</span>
                  {paused ? (
                    <blockquote class="quoted quoted-paused small">
                      {t.value.definitions.paused(time(paused.since))} {paused.by} {paused.note}
                    </blockquote>
                  ) : (
                    <p class="small quiet">{texts.starts}</p>
                  )}
                </li>
              ))}
            </ul>
          </section>
          <section class="card" aria-labelledby="recent">
            <h2 id="recent">{texts.recent}</h2>
            <SagaLines sagas={recent.value.value?.items ?? []} />
          </section>
        </div>
      </div>
    </>
  );
}

/** The sentence that is read first: who waits, and how long. */
function useSentence({ sagas, isCut }: OpenSagas, asking: readonly Saga[]): string {
  const texts = t.value.overview;
  const now = useNow();
  const [oldest] = asking;
  const count = (of: number) => (isCut && of > 0 ? texts.atLeast(number(of)) : number(of));
  if (oldest) return texts.some(number(asking.length), duration(now - sinceOf(oldest)));
  return sagas.length === 0 ? texts.calm : texts.onlyMoving(count(sagas.length));
}

interface TroubleRowProps {
  readonly trouble: Trouble;
  readonly sagas: readonly Saga[];
  readonly isCut: boolean;
}

function TroubleRow({ trouble, sagas, isCut }: TroubleRowProps): VNode {
  const texts = t.value.overview;
  const now = useNow();
  const ages = sagas.map((saga) => now - sinceOf(saga));
  const mark = marks[trouble];
  const count = isCut && sagas.length > 0 ? texts.atLeast(number(sagas.length)) : number(sagas.length);
  return (
    <li>
      <a class={sagas.length === 0 ? "trouble trouble-none" : "trouble"} href={paths.list(`trouble=${trouble}`)}>
        <span class="trouble-name">
          <Glyph mark={mark} /> {t.value.troubles[trouble]}
        </span>
        <span class="trouble-count">{count}</span>
        <span class="trouble-age quiet small">{ages.length === 0 ? texts.none : texts.oldest(duration(Math.max(...ages)))}</span>
        <svg class={`age-strip tone-${toneOf(mark)}`} aria-hidden="true">
          {ages.map((age, index) => (
            <line key={sagas[index]?.saga_id} x1={ageMark(age)} x2={ageMark(age)} y1="4" y2="20" />
          ))}
        </svg>
      </a>
    </li>
  );
}
