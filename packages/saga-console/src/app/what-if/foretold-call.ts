import type { Call } from "saga-core/engine";

/** One call, or several in a row that ended in the same way. */
export interface ForetoldCall {
  readonly step: string;
  readonly action: Call["type"];
  readonly outcome: "done" | "rejected" | "unavailable" | "unknown";
  readonly count: number;
}

/** Calls as they followed on each other, those that ended alike as one. */
export function inRows(calls: readonly Omit<ForetoldCall, "count">[]): readonly ForetoldCall[] {
  const rows: ForetoldCall[] = [];
  for (const call of calls) {
    const last = rows.at(-1);
    const isSame = last && last.step === call.step && last.action === call.action && last.outcome === call.outcome;
    if (isSame) rows.splice(-1, 1, { ...last, count: last.count + 1 });
    else rows.push({ ...call, count: 1 });
  }
  return rows;
}
