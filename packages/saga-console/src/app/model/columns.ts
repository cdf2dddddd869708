import { type Signal, signal } from "@preact/signals";
import type { Definition, Saga } from "../api/replies.ts";

/** The members by which people know the sagas of a definition, the one that names them first. */
export type Columns = ReadonlyMap<string, readonly string[]>;

/** Those of the definitions that were read last. */
export const knownColumns: Signal<Columns> = signal(new Map());

export function noteColumns(definitions: readonly Definition[]): void {
  knownColumns.value = new Map(definitions.map(({ definition, columns }) => [definition, columns]));
}

/** The columns beside a saga's name that some sagas have. A member that two definitions name is one column. */
export function furtherColumns(sagas: readonly Saga[], columns: Columns): readonly string[] {
  const names = new Set(sagas.map(({ definition }) => definition));
  return [...new Set([...names].flatMap((name) => (columns.get(name) ?? []).slice(1)))];
}

/** The value of a member as a text; undefined: the saga has none yet. What its steps gave goes before its input. */
export function memberText({ data, input }: Pick<Saga, "data" | "input">, name: string): string | undefined {
  const value = Object.hasOwn(data, name) ? data[name] : Object.hasOwn(input, name) ? input[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
