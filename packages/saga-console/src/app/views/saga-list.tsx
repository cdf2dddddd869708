import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { readDefinitions, readOverview, readSagas, root } from "../api/client.ts";
import type { Saga } from "../api/replies.ts";
import { session } from "../api/who.ts";
import { curlOf } from "../model/curl.ts";
import { knownCount } from "../model/known-count.ts";
import { apiQueryOf, filterOf, placeOf, type SagaFilter, searchOf } from "../model/saga-filter.ts";
import { ChangedNotice } from "../parts/changed-notice.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { PageLinks } from "../parts/page-links.tsx";
import { PartFailure, usePart } from "../parts/part.tsx";
import { paths } from "../parts/paths.ts";
import { RowCount } from "../parts/row-count.tsx";
import { SagaFilters } from "../parts/saga-filters.tsx";
import { type Marked, SagaRows } from "../parts/saga-rows.tsx";
import { SagaViews } from "../parts/saga-views.tsx";
import { useChanges } from "../parts/use-changes.ts";
import { useRepeated } from "../parts/use-repeated.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";

const PER_PAGE = "50";
const COUNTS_AGAIN_MS = 5_000;

/** The page from which a page was come to, by their queries, as far as this tab knows. */
const previousOf = new Map<string, string>();

/** The list: filters and page are in the URL, and no row moves by itself. */
export function SagaList(): VNode {
  const { query, route } = useLocation();
  const texts = t.value.list;
  const filter = filterOf(query);
  const place = placeOf(query);
  const view = searchOf(filter);
  const here = searchOf(filter, place);
  const asked = new URLSearchParams({
    ...apiQueryOf(filter),
    limit: PER_PAGE,
    ...(place.cursor !== undefined && { cursor: place.cursor }),
  });
  const page = useLoaded(`list ${here}`, () => readSagas(asked));
  const definitions = usePart("definitions", readDefinitions);
  const overview = useLoaded("overview", readOverview);
  useRepeated(overview.reload, COUNTS_AGAIN_MS);
  const changes = useChanges(`sagas${view === "" ? "" : `?${new URLSearchParams({ ...filter.api })}`}`);
  const marked: Marked = useSignal(new Map<string, Saga>());
  useEffect(() => {
    marked.value = new Map();
  }, [view]);
  const isSaid = page.error.value !== undefined;
  const sagas = page.value.value?.items ?? [];
  const cursor = page.value.value?.next_cursor ?? null;
  const next = cursor === null ? undefined : searchOf(filter, { cursor, from: place.from + sagas.length });
  if (next !== undefined) previousOf.set(next, here);
  const first = place.cursor === undefined ? undefined : view;
  const previous = first === undefined ? undefined : previousOf.get(here);
  const open = overview.value.value?.open;
  const needsToken = session.value?.needs_token === true;
  const goTo = (search: string | undefined) => {
    if (search !== undefined) route(paths.list(search));
  };
  const show = () => {
    changes.forget();
    page.reload();
    overview.reload();
  };
  const changeFilter = (to: SagaFilter) => route(paths.list(searchOf(to)));
  return (
    <>
      <LiveSign state={changes.live.value} />
      <ViewTitle text={filter.api.phase === undefined ? texts.title : (t.value.phases[filter.api.phase] ?? filter.api.phase)}>
        <div class="actions">
          <CopyButton label={texts.curl} text={() => curlOf(`${location.origin}${root}/sagas?${asked}`, needsToken)} />
        </div>
      </ViewTitle>
      <SagaViews search={view} open={open} isSaid={isSaid} />
      <PartFailure what={texts.counts} part={overview} isSaid={isSaid} />
      <SagaFilters filter={filter} definitions={definitions.value.value ?? []} onChange={changeFilter} />
      <PartFailure what={t.value.definitions.title} part={definitions} isSaid={isSaid} />
      <Failure error={page.error.value} readAt={page.readAt.value} onAgain={page.reload} />
      <ChangedNotice changes={changes} onShow={show} />
      {page.value.value && sagas.length === 0 && <Empty isSearch={filter.api.text !== undefined} />}
      {sagas.length > 0 && (
        <>
          <RowCount
            from={place.from}
            count={sagas.length}
            total={open && knownCount(filter, open)}
            isWhole={first === undefined && next === undefined}
            marked={marked}
          />
          <SagaRows sagas={sagas} marked={marked} onNext={() => goTo(next)} onPrevious={() => goTo(previous ?? first)} />
        </>
      )}
      <PageLinks first={first} previous={previous} next={next} />
    </>
  );
}

/** That no saga fits; and how the search works, where one searched. */
function Empty({ isSearch }: { readonly isSearch: boolean }): VNode {
  const texts = t.value.list;
  return (
    <div class="card">
      <p>{texts.empty}</p>
      {isSearch && <p class="small quiet">{texts.searchHelp}</p>}
    </div>
  );
}
