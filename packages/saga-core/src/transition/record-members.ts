import { isJsonObject, type JsonObject } from "../json.ts";
import type { OperatorNote } from "./event.ts";

/** Thrown for a record that does not fit the definition. The message names the wrong member. */
export class UnreadableEvent extends Error {
  override readonly name = "UnreadableEvent";
}

export function readNote(record: JsonObject): OperatorNote {
  return {
    ...(record["by"] !== undefined && { by: readString(record, "by") }),
    ...(record["note"] !== undefined && { note: readString(record, "note") }),
  };
}

export function readObject(value: unknown, member: string): JsonObject {
  return isJsonObject(value) ? value : fail(member, "an object");
}

export function readString(record: JsonObject, member: string): string {
  const value = record[member];
  return typeof value === "string" ? value : fail(member, "a string");
}

export function readNumber(record: JsonObject, member: string): number {
  const value = record[member];
  return typeof value === "number" ? value : fail(member, "a number");
}

export function fail(member: string, allowed: string): never {
  throw new UnreadableEvent(`its member "${member}" is not ${allowed}`);
}
