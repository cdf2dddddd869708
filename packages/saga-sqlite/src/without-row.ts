import {
  type IndexedSaga,
  type OpenPage,
  type OpenVersion,
  pageOf,
  type SagaQuery,
  summaryMatches,
  summaryOf,
} from "saga-core/engine";

/*
 * What a search finds of sagas that have no row yet. It first brings the table of sagas up to date; only while nothing can be written some are left,
 * and an operator must see them then too.
 */

/** A page of open sagas. */
export function openWith(
  ids: readonly string[],
  rest: readonly IndexedSaga[],
  { status, after = "", limit }: OpenPage,
): readonly string[] {
  if (rest.length === 0 || status !== "running") return ids;
  const further = rest.map(({ saga }) => saga.id).filter((id) => id > after);
  return [...ids, ...further].toSorted(byId).slice(0, limit);
}

/** The versions of open sagas. */
export function versionsWith(found: readonly OpenVersion[], rest: readonly IndexedSaga[]): readonly OpenVersion[] {
  const versions = [...found];
  for (const { saga } of rest) {
    const { id, definition, version, fingerprint } = saga;
    const isSame = (other: OpenVersion) =>
      other.definition === definition && other.version === version && other.fingerprint === fingerprint;
    const place = versions.findIndex(isSame);
    const known = versions[place];
    if (known) versions[place] = { ...known, running: known.running + 1 };
    else versions.push({ definition, version, fingerprint, example: id, running: 1 });
  }
  return versions;
}

/** A page of the list. */
export function listWith(ids: readonly string[], rest: readonly IndexedSaga[], query: SagaQuery): readonly string[] {
  if (rest.length === 0) return ids;
  const further = rest.filter((record) => summaryMatches(summaryOf(record), query)).map(({ saga }) => saga.id);
  return pageOf([...ids, ...further], query);
}

function byId(one: string, other: string): number {
  return one < other ? -1 : 1;
}
