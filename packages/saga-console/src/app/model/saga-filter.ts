/** The filters of `GET /sagas` that the list offers. */
const filterNames = ["definition", "status", "phase", "step", "state", "text"] as const;

export type FilterName = (typeof filterNames)[number];

/** What a list shows, and in which order. */
export interface SagaFilter {
  readonly api: Readonly<Partial<Record<FilterName, string>>>;
  /** Default of the API: the newest first. */
  readonly isOldestFirst: boolean;
}

/** A page of a list. The first one has no cursor. */
export interface PagePlace {
  readonly cursor: string | undefined;
  /** The number of its first row, from 1. */
  readonly from: number;
}

type Search = Readonly<Record<string, string>>;

/** The filter that a query of the page's URL is. What it does not know is left out. */
export function filterOf(search: Search): SagaFilter {
  const given = filterNames.flatMap((name) => {
    const value = search[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { api: Object.fromEntries(given), isOldestFirst: search["order"] === "oldest" };
}

/** The page that a query of the page's URL is. */
export function placeOf({ after, from }: Search): PagePlace {
  const number = Number(from);
  const isNumber = after !== undefined && Number.isSafeInteger(number) && number > 0;
  return { cursor: after === "" ? undefined : after, from: isNumber ? number : 1 };
}

/** The query of the API that a filter is. */
export function apiQueryOf({ api, isOldestFirst }: SagaFilter): Readonly<Record<string, string>> {
  return { ...api, ...(isOldestFirst && { order: "oldest" }) };
}

/** The query of the page's URL that a filter is, at its first page or at another one. */
export function searchOf(filter: SagaFilter, { cursor, from }: PagePlace = { cursor: undefined, from: 1 }): string {
  return new URLSearchParams({
    ...apiQueryOf(filter),
    ...(cursor !== undefined && { after: cursor, from: String(from) }),
  }).toString();
}
