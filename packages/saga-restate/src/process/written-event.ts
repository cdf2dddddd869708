import type { FoundSaga, HistoryEntry, HistoryPage, SagaEvent } from "saga-core";

/** Finds the number of the event that a request from outside became, given the saga as it was before. */
export type WrittenSeq = (before: FoundSaga, event: SagaEvent) => Promise<number | undefined>;

/**
 * The workflow does not tell the number: its verdicts are in Restate's journal, and an execution that is replayed must tell the same as the one
 * before, whichever release ran it. So it is looked up. Of two equal requests at once, both find the first.
 */
export function writtenSeqIn(
  history: (sagaId: string, page: HistoryPage) => Promise<readonly HistoryEntry[] | undefined>,
): WrittenSeq {
  return async ({ saga }, event) => {
    const entries = (await history(saga.id, { after: saga.seq })) ?? [];
    return entries.find((entry) => marksOf(entry.event) === marksOf(event))?.seq;
  };
}

/** What an event keeps of its request: its instant may have been moved. */
function marksOf(event: SagaEvent): string {
  const { type, step, by, note, key, applied }: Partial<Record<"type" | "step" | "by" | "note" | "key" | "applied", unknown>> =
    event;
  return JSON.stringify([type, step, by, note, key, applied]);
}
