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

/** Whether a value is an object: neither null nor an array. Its members are not checked. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
