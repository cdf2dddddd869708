import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { readSagas } from "../api/client.ts";
import type { OpenCount } from "../api/overview-reply.ts";
import { knownCount } from "../model/known-count.ts";
import { phases } from "../model/phases.ts";
import { apiQueryOf, filterOf } from "../model/saga-filter.ts";
import { number } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { forgetView, keepView, ownViews } from "./own-views.ts";
import { PartFailure, usePart } from "./part.tsx";
import { paths } from "./paths.ts";

/** Sagas that no count knows are counted up to here: one page, at the cost of one page. */
const COUNTED_MAX = 50;
const statuses = ["running", "completed", "cancelled"] as const;

interface SagaViewsProps {
  readonly search: string;
  /** The counts of the open sagas; undefined: not known. */
  readonly open: readonly OpenCount[] | undefined;
  /** Whether the page says already that it cannot be read. */
  readonly isSaid: boolean;
}

/** The views of the list: what open sagas are at, each with its count, and those that a person keeps under a name. */
export function SagaViews({ search, open, isSaid }: SagaViewsProps): VNode {
  const texts = t.value.list;
  const own = Object.entries(ownViews.value);
  const unknown = own.map(([, to]) => to).filter((to) => knownOf(to, open) === undefined);
  const counted = usePart(`counts ${unknown.join(" ")}`, () => countPages(unknown));
  const countOf = (to: string): string | undefined => {
    const known = knownOf(to, open);
    return known === undefined ? counted.value.value?.get(to) : number(known);
  };
  const isKept = own.some(([, to]) => to === search);
  return (
    <nav class="views" aria-label={texts.views}>
      <ul>
        <li>
          <ViewLink label={texts.all} to="" search={search} count={undefined} />
        </li>
        {phases.map((phase) => (
          <li key={phase}>
            <ViewLink
              label={t.value.phases[phase] ?? phase}
              to={`phase=${phase}`}
              search={search}
              count={countOf(`phase=${phase}`)}
            />
          </li>
        ))}
        {statuses.map((status) => (
          <li key={status}>
            <ViewLink label={texts[status]} to={`status=${status}`} search={search} count={countOf(`status=${status}`)} />
          </li>
        ))}
        {own.map(([label, to]) => (
          <li key={label} class="own-view">
            <ViewLink label={label} to={to} search={search} count={countOf(to)} />
            <button type="button" class="quiet-button" aria-label={texts.forget(label)} onClick={() => forgetView(label)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      {search !== "" && !isKept && <KeepForm search={search} />}
      <PartFailure what={texts.counts} part={counted} isSaid={isSaid} />
    </nav>
  );
}

interface ViewLinkProps {
  readonly label: string;
  readonly to: string;
  readonly search: string;
  readonly count: string | undefined;
}

function ViewLink({ label, to, search, count }: ViewLinkProps): VNode {
  return (
    <a href={paths.list(to)} aria-current={search === to ? "true" : undefined}>
      {label}
      {count !== undefined && <span class="view-count"> {count}</span>}
    </a>
  );
}

function KeepForm({ search }: { readonly search: string }): VNode {
  const texts = t.value.list;
  const name = useSignal("");
  return (
    <form
      class="save-view"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.value.trim() !== "") keepView(name.value.trim(), search);
        name.value = "";
      }}
    >
      <input
        aria-label={texts.saveName}
        placeholder={texts.saveName}
        maxLength={40}
        value={name.value}
        onInput={({ currentTarget }) => (name.value = currentTarget.value)}
      />
      <button type="submit">{texts.save}</button>
    </form>
  );
}

function filterOfSearch(search: string) {
  return filterOf(Object.fromEntries(new URLSearchParams(search)));
}

function knownOf(search: string, open: readonly OpenCount[] | undefined): number | undefined {
  return open && knownCount(filterOfSearch(search), open);
}

/** Counts by a page of each view, one after the other: searches cost the orchestrator something. */
async function countPages(searches: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const counts = new Map<string, string>();
  for (const search of searches) {
    const query = new URLSearchParams({ ...apiQueryOf(filterOfSearch(search)), limit: String(COUNTED_MAX) });
    const { items, next_cursor: next } = await readSagas(query);
    counts.set(search, next === null ? number(items.length) : `${number(items.length)}+`);
  }
  return counts;
}
