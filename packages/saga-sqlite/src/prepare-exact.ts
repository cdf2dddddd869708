import type { Prepare } from "./sums.ts";

/** Prepares a statement for what may be damaged: a number beyond those of JavaScript would make the whole query fail. */
export function prepareExact(prepare: Prepare, sql: string): ReturnType<Prepare> {
  const statement = prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}
