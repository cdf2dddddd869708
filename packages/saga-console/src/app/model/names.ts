import type { Definition, Saga } from "../api/replies.ts";
import { type Columns, knownColumns, memberText } from "./columns.ts";

/** A short name of a saga for people: its definition, and the member by which they know it, if it has that already. */
export function nameOf(
  saga: Pick<Saga, "saga_id" | "definition" | "data" | "input">,
  columns: Columns = knownColumns.value,
): string {
  const [first] = columns.get(saga.definition) ?? [];
  const known = first === undefined ? undefined : memberText(saga, first);
  return `${saga.definition} ${known ?? `…${saga.saga_id.slice(-6)}`}`;
}

/** The definition of a saga, if it is described in the saga's version. */
export function definitionOf(saga: Saga, definitions: readonly Definition[]): Definition | undefined {
  return definitions.find(({ definition, version }) => definition === saga.definition && version === saga.version);
}

/** The names of both ends, in the definition's words. */
export function endsOf(definition: Definition | undefined): { readonly completed: string; readonly cancelled: string } {
  const last = definition?.states.find((state) => state === "COMPLETED") ?? "COMPLETED";
  const undone = definition?.states.find((state) => state === "CANCELLED") ?? "CANCELLED";
  return { completed: last, cancelled: undone };
}
