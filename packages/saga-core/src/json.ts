/** A value that JSON can hold, so that a journal gives it back unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object whose members are JSON. */
export interface JsonObject {
  readonly [member: string]: Json;
}

/** Copies a value as a journal would give it back, so that a live saga and a reloaded one hold the same bytes. */
export function throughJson(value: unknown): Json {
  const text = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}

/** Whether two values are the same JSON. The order of an object's members means nothing, that of a list's items does. */
export function isSameJson(one: Json, other: Json): boolean {
  // A list instead of recursion: a hostile value may nest deeper than the stack is.
  const open: Pair[] = [[one, other]];
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    const members = membersOf(left, right);
    if (!members) return false;
    for (const member of members) open.push(member);
  }
  return true;
}

type Pair = readonly [Json | undefined, Json | undefined];

/** What must be the same in two lists or two objects; undefined if they are no such two. */
function membersOf(left: Json | undefined, right: Json | undefined): readonly Pair[] | undefined {
  if (isList(left) && isList(right))
    return left.length === right.length ? left.map((item, at): Pair => [item, right[at]]) : undefined;
  if (!isJsonObject(left) || !isJsonObject(right)) return undefined;
  const names = Object.keys(left);
  const hasSame = names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name));
  return hasSame ? names.map((name): Pair => [left[name], right[name]]) : undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether a value is an object: neither null nor an array. Its members are not checked. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
