import type { Definition, Saga } from "../api/replies.ts";

/** A short name of a saga for people: its definition, and the number by which they know it, if its data has one. */
export function nameOf({ definition, data, saga_id: id }: Saga): string {
  const own = data[`${definition.split("-")[0] ?? definition}_id`];
  const known = typeof own === "number" || typeof own === "string" ? String(own) : `…${id.slice(-6)}`;
  return `${definition} ${known}`;
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
