import type { AnyChain } from "./chain.ts";
import type { AllGivenBy } from "./handler-types.ts";
import type { Schema } from "./schema.ts";

/** A list beside which nothing else fits helps nobody. */
const COLUMNS_MAX = 8;

type InputOf<Steps extends AnyChain> = Steps["input"] extends Schema<infer Input> ? Input : never;

/** A member of a chain's input or data by which people know a saga: `order_id`. */
export type ColumnMember<Steps extends AnyChain> = AnyChain extends Steps
  ? string
  : keyof (InputOf<Steps> & AllGivenBy<Steps["handlers"]>) & string;

/** Why a definition cannot have these columns; undefined if it can. */
export function findColumnsProblem(columns: readonly string[], secret: readonly string[]): string | undefined {
  if (columns.length > COLUMNS_MAX) return `it names ${columns.length} columns, and may name ${COLUMNS_MAX}`;
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) return `it names the column "${twice}" twice`;
  // It would be a column of masks, or of objects with masks in them.
  const hidden = columns.find((name) => secret.some((path) => path.split(".")[0] === name));
  return hidden === undefined ? undefined : `its column "${hidden}" has what is secret`;
}
