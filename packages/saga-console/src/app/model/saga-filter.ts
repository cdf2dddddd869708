import { type Trouble, troubles } from "./trouble.ts";

/** The filters of `GET /sagas` that the list offers. */
export const filterNames = ["definition", "status", "step", "state", "text"] as const;

export type FilterName = (typeof filterNames)[number];

/** What a list shows: the API's filters, or one kind of trouble. */
export interface SagaFilter {
  readonly api: Readonly<Partial<Record<FilterName, string>>>;
  readonly trouble: Trouble | undefined;
}

/** The filter that a query of the page's URL is. What it does not know is left out. */
export function filterOf(search: Readonly<Record<string, string>>): SagaFilter {
  const given = filterNames.flatMap((name) => {
    const value = search[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { api: Object.fromEntries(given), trouble: troubles.find((each) => each === search["trouble"]) };
}

/** The query of the page's URL that a filter is. */
export function searchOf({ api, trouble }: SagaFilter): string {
  return new URLSearchParams({ ...api, ...(trouble !== undefined && { trouble }) }).toString();
}
