import type { WorkflowSharedContext } from "@restatedev/restate-sdk";
import { partKey, RECORD_KEY, readRecord } from "../objects/saga-record.ts";

/** A saga as its workflow wrote it. */
export interface WrittenSaga {
  readonly record: unknown;
  /** Its events from the first one on, as far as they are not in the record. */
  readonly earlier: readonly unknown[];
}

/** Reads the saga from its workflow's state; null before it was written. */
export async function lookAtRecord(context: WorkflowSharedContext): Promise<WrittenSaga | null> {
  const record = await context.get<unknown>(RECORD_KEY);
  if (record === null) return null;
  const { parts } = readRecord(context.key, record);
  const earlier: unknown[] = [];
  for (let part = 0; part < parts; part += 1) {
    const events = await context.get<unknown>(partKey(part));
    if (Array.isArray(events)) earlier.push(...events);
  }
  return { record, earlier };
}
