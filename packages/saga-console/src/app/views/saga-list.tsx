import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { readDefinitions, readSagas, root } from "../api/client.ts";
import { readOpenSagas } from "../api/open-sagas.ts";
import { type Saga, type Sagas, sagaSchema } from "../api/replies.ts";
import { mayOperate, session } from "../api/who.ts";
import { curlOf } from "../model/curl.ts";
import { nameOf } from "../model/names.ts";
import { type FilterName, filterOf, type SagaFilter, searchOf } from "../model/saga-filter.ts";
import { type Trouble, troubles, troublesOf } from "../model/trouble.ts";
import { StatusBadge } from "../parts/badge.tsx";
import { BulkButton } from "../parts/bulk-button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Age } from "../parts/countdown.tsx";
import { Failure } from "../parts/failure.tsx";
import { LiveSign } from "../parts/frame.tsx";
import { kept } from "../parts/kept.ts";
import { useLoaded } from "../parts/loaded.ts";
import { paths } from "../parts/paths.ts";
import { hasSingleKeys } from "../parts/theme.ts";
import { useLive } from "../parts/use-live.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { number, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

const PER_PAGE = "50";

async function readPage({ api, trouble }: SagaFilter, cursor?: string): Promise<Sagas> {
  if (trouble !== undefined) {
    const { sagas } = await readOpenSagas();
    return { items: sagas.filter((saga) => troublesOf(saga).includes(trouble)), next_cursor: null };
  }
  return await readSagas(new URLSearchParams({ ...api, limit: PER_PAGE, ...(cursor !== undefined && { cursor }) }));
}

/** The list: the filters are in the URL, and no row moves by itself. */
export function SagaList(): VNode {
  const { query, route } = useLocation();
  const texts = t.value.list;
  const filter = filterOf(query);
  const search = searchOf(filter);
  const page = useLoaded(`list ${search}`, () => readPage(filter));
  const further = useSignal<readonly Sagas[]>([]);
  const changed = useSignal<ReadonlySet<string>>(new Set());
  const count = useComputed(() => changed.value.size);
  useEffect(() => {
    further.value = [];
    changed.value = new Set();
  }, [search]);
  const live = useLive({
    path: `sagas${Object.keys(filter.api).length === 0 ? "" : `?${new URLSearchParams({ ...filter.api })}`}`,
    onMessage: (data, event) => {
      const saga = event === undefined ? sagaSchema.safeParse(safeJson(data)) : undefined;
      if (saga?.success) changed.value = new Set([...changed.peek(), saga.data.saga_id]);
    },
    onRefresh: () => undefined,
  });
  const pages = [...(page.value.value ? [page.value.value] : []), ...further.value];
  const sagas = pages.flatMap(({ items }) => items);
  const cursor = pages.at(-1)?.next_cursor ?? null;
  const show = () => {
    changed.value = new Set();
    further.value = [];
    page.reload();
  };
  const readFurther = async () => {
    if (cursor !== null) further.value = [...further.value, await readPage(filter, cursor)];
  };
  const go = (to: SagaFilter) => route(paths.list(searchOf(to)));
  const url = `${location.origin}${root}/sagas?${new URLSearchParams({ ...filter.api, limit: PER_PAGE })}`;
  return (
    <>
      <LiveSign state={live.value} />
      <ViewTitle text={filter.trouble === undefined ? texts.title : t.value.troubles[filter.trouble]}>
        <div class="actions">
          <CopyButton label={texts.curl} text={() => curlOf(url, session.value?.needs_token === true)} />
        </div>
      </ViewTitle>
      <Views filter={filter} search={search} />
      <Filters filter={filter} onChange={go} />
      <Failure error={page.error.value} readAt={page.readAt.value} onAgain={page.reload} />
      <div class="changes" role="status">
        {count.value > 0 && (
          <button type="button" class="primary" onClick={show}>
            {texts.show(count.value)}
          </button>
        )}
      </div>
      {page.value.value && sagas.length === 0 && <p class="card">{texts.empty}</p>}
      {sagas.length > 0 && <Rows sagas={sagas} />}
      {cursor !== null && (
        <p>
          <button type="button" onClick={() => readFurther().catch(() => undefined)}>
            {texts.more}
          </button>
        </p>
      )}
    </>
  );
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const statuses = ["running", "completed", "cancelled"] as const;

function Views({ filter, search }: { readonly filter: SagaFilter; readonly search: string }): VNode {
  const texts = t.value.list;
  const own = useSignal(readOwnViews());
  const name = useSignal("");
  const keep = (views: Readonly<Record<string, string>>) => {
    own.value = views;
    kept.set("views", JSON.stringify(views));
  };
  const isAll = search === "";
  const link = (label: string, to: string, isHere: boolean) => (
    <li key={to}>
      <a href={paths.list(to)} aria-current={isHere ? "true" : undefined}>
        {label}
      </a>
    </li>
  );
  return (
    <nav class="views" aria-label={texts.views}>
      <ul>
        {link(texts.all, "", isAll)}
        {troubles.map((trouble: Trouble) => link(t.value.troubles[trouble], `trouble=${trouble}`, filter.trouble === trouble))}
        {statuses.map((status) => link(texts[status], `status=${status}`, search === `status=${status}`))}
        {Object.entries(own.value).map(([label, to]) => (
          <li key={label} class="own-view">
            <a href={paths.list(to)} aria-current={search === to ? "true" : undefined}>
              {label}
            </a>
            <button
              type="button"
              class="quiet-button"
              aria-label={texts.forget(label)}
              onClick={() => keep(Object.fromEntries(Object.entries(own.value).filter(([each]) => each !== label)))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {!isAll && !Object.values(own.value).includes(search) && (
        <form
          class="save-view"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.value.trim() !== "") keep({ ...own.value, [name.value.trim()]: search });
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
      )}
    </nav>
  );
}

function readOwnViews(): Readonly<Record<string, string>> {
  const found = safeJson(kept.get("views") ?? "{}");
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, search]) => (typeof search === "string" ? [[name, search]] : [])),
  );
}

function Filters({ filter, onChange }: { readonly filter: SagaFilter; readonly onChange: (filter: SagaFilter) => void }): VNode {
  const texts = t.value.list;
  const definitions = useLoaded("definitions", readDefinitions);
  const set = (name: FilterName, value: string) => {
    const rest = Object.fromEntries(Object.entries(filter.api).filter(([each]) => each !== name));
    onChange({ api: value === "" ? rest : { ...rest, [name]: value }, trouble: undefined });
  };
  const steps = [...new Set((definitions.value.value ?? []).flatMap((each) => each.steps.map(({ step }) => step)))];
  return (
    <search class="filters">
      <p class="field">
        <label for="text">{texts.search}</label>
        <input
          id="text"
          type="search"
          maxLength={200}
          placeholder={texts.searchHint}
          value={filter.api.text ?? ""}
          onChange={({ currentTarget }) => set("text", currentTarget.value)}
        />
      </p>
      <Select
        id="definition"
        label={texts.definition}
        value={filter.api.definition ?? ""}
        options={(definitions.value.value ?? []).map(({ definition }) => [definition, definition])}
        onChange={(value) => set("definition", value)}
      />
      <Select
        id="status"
        label={texts.status}
        value={filter.api.status ?? ""}
        options={Object.entries(t.value.statuses)}
        onChange={(value) => set("status", value)}
      />
      <Select
        id="step"
        label={texts.step}
        value={filter.api.step ?? ""}
        options={steps.map((step) => [step, step])}
        onChange={(value) => set("step", value)}
      />
    </search>
  );
}

interface SelectProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

function Select({ id, label, value, options, onChange }: SelectProps): VNode {
  const isOffered = value === "" || options.some(([each]) => each === value);
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">{t.value.list.any}</option>
        {!isOffered && <option value={value}>{value}</option>}
        {options.map(([each, word]) => (
          <option key={each} value={each}>
            {word}
          </option>
        ))}
      </select>
    </p>
  );
}

/** The rows, with keys: j and k move, Enter opens, x marks, / searches. */
function Rows({ sagas }: { readonly sagas: readonly Saga[] }): VNode {
  const texts = t.value.list;
  const marked = useSignal<ReadonlySet<string>>(new Set());
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isPlain = !(event.ctrlKey || event.metaKey || event.altKey);
      if (!hasSingleKeys.peek() || !isPlain || isTyping(event.target)) return;
      const act = body.current && actOf(event.key, body.current);
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const mark = (id: string, isMarked: boolean) => {
    const rest = [...marked.value].filter((each) => each !== id);
    marked.value = new Set(isMarked ? [...rest, id] : rest);
  };
  const chosen = sagas.filter(({ saga_id: id }) => marked.value.has(id));
  return (
    <>
      <p class="row-count small quiet">
        <span role="status">{texts.shown(number(sagas.length), chosen.length)}</span>
        {chosen.length > 0 && (
          <CopyButton
            label={texts.curl}
            text={() =>
              chosen
                .map(({ saga_id: id }) => curlOf(`${location.origin}${root}/sagas/${id}`, session.value?.needs_token === true))
                .join("\n")
            }
          />
        )}
        {mayOperate.value && <BulkButton sagas={chosen} />}
        {hasSingleKeys.value && <span class="keys">{texts.keys}</span>}
      </p>
      <table class="rows">
        <thead>
          <tr>
            <td />
            <th scope="col">{texts.saga}</th>
            <th scope="col">{texts.status}</th>
            <th scope="col">{texts.where}</th>
            <th scope="col">{texts.started}</th>
            <th scope="col">{texts.changed}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {sagas.map((saga) => (
            <tr key={saga.saga_id} data-saga={saga.saga_id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={texts.select(nameOf(saga))}
                  checked={marked.value.has(saga.saga_id)}
                  onChange={({ currentTarget }) => mark(saga.saga_id, currentTarget.checked)}
                />
              </td>
              <th scope="row">
                <a href={paths.saga(saga.saga_id)}>{nameOf(saga)}</a>
              </th>
              <td>
                <StatusBadge status={saga.status} />
              </td>
              <td class="mono small">{saga.state}</td>
              <td class="small">{time(saga.created_at)}</td>
              <td class="small">
                <Age since={saga.updated_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What a key does in the list; undefined: nothing. Enter follows the link that has the focus. */
function actOf(key: string, body: HTMLElement): (() => void) | undefined {
  switch (key) {
    case "/":
      return () => document.getElementById("text")?.focus();
    case "j":
      return () => moveFocus(body, 1);
    case "k":
      return () => moveFocus(body, -1);
    case "x":
      return () => markFocused(body);
    default:
      return undefined;
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== "checkbox")
  );
}

function moveFocus(body: HTMLElement, by: number): void {
  const links = [...body.querySelectorAll<HTMLAnchorElement>("th a")];
  const at = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

function markFocused(body: HTMLElement): void {
  const row = [...body.querySelectorAll("tr")].find((each) => each.contains(document.activeElement));
  row?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
}
