import { lookRequestSchema } from "../objects/messages.ts";
import { partKey, RECORD_KEY, readRecord } from "../objects/saga-record.ts";
import { timings } from "../timings.ts";

/** A saga as its workflow wrote it, from one part on. */
export interface WrittenSaga {
  readonly record: unknown;
  /** The events of these parts, from their first one on. */
  readonly earlier: readonly unknown[];
  /** The part that follows; absent where only the events in the record follow. */
  readonly nextPart?: number;
  /** What came for it after its end; absent where that is nothing. */
  readonly later?: readonly unknown[];
}

/** Reads the saga from its workflow's state; null before it was written. A part never changes, so what follows is read later. */
export async function lookAtRecord(
  context: { readonly key: string; readonly get: (key: string) => Promise<unknown> },
  request: unknown,
): Promise<WrittenSaga | null> {
  const record = await context.get(RECORD_KEY);
  if (record === null) return null;
  const { parts } = readRecord(context.key, record);
  // A process of an earlier release requests all of them.
  const { part: first } = lookRequestSchema.parse(request) ?? { part: undefined };
  const end = first === undefined ? parts : Math.min(parts, first + timings.partsPerLook);
  const earlier: unknown[] = [];
  for (let part = first ?? 0; part < end; part += 1) {
    const events = await context.get(partKey(part));
    if (Array.isArray(events)) earlier.push(...events);
  }
  return { record, earlier, ...(end < parts && { nextPart: end }) };
}

/** Whether the saga had ended when it was written. */
export function hasEnded(id: string, { record }: WrittenSaga): boolean {
  const { status } = readRecord(id, record);
  return status === "completed" || status === "cancelled";
}
