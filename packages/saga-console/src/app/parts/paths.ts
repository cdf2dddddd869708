import { root } from "../api/client.ts";

/** The path of the console itself. */
const home = `${root}/console`;

export const paths = {
  overview: home,
  sagas: `${home}/sagas`,
  repair: `${home}/repair`,
  bulk: `${home}/repair/bulk`,
  definitions: `${home}/definitions`,
  whatIf: (definition: string, version: number): string =>
    `${home}/definitions/${encodeURIComponent(definition)}?version=${version}`,
  saga: (id: string): string => `${home}/sagas/${encodeURIComponent(id)}`,
  list: (search: string): string => `${home}/sagas${search === "" ? "" : `?${search}`}`,
} as const;
