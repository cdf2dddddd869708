import { type Engine, type HistoryEntry, JournalError, type Saga, type SagaEvent, UnreadableSaga } from "saga-core";
import { directionOf, HISTORY_PAGE, unseenSignals } from "saga-core/engine";
import type { ReasonCode, ReasonParameters, ReasonView } from "./reason.ts";

/**
 * The reasons with the numbers of the events that show them. A saga whose history cannot be read now is shown all the same: then they have
 * no numbers.
 */
export async function withEvents(
  reasons: readonly ReasonView[],
  { id, seq }: Pick<Saga, "id" | "seq">,
  engine: Pick<Engine, "history">,
): Promise<readonly ReasonView[]> {
  if (!reasons.some(({ code }) => isInHistory(code)))
    return reasons.map((reason) => ({ ...reason, events: eventsFor(reason, [], seq) }));
  try {
    const entries = await entriesUpTo(engine, id, seq);
    return reasons.map((reason) => ({ ...reason, events: eventsFor(reason, entries, seq) }));
  } catch (error) {
    if (error instanceof JournalError || error instanceof UnreadableSaga) return reasons;
    throw error;
  }
}

/** No later ones: they are of a saga that has moved on. */
async function entriesUpTo(engine: Pick<Engine, "history">, id: string, seq: number): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (;;) {
    const page = (await engine.history(id, { after: entries.at(-1)?.seq ?? 0 })) ?? [];
    entries.push(...page);
    if (page.length < HISTORY_PAGE || (page.at(-1)?.seq ?? seq) >= seq) return entries.filter((entry) => entry.seq <= seq);
  }
}

/** Whether its events must be looked for. Of a saga that cannot be read no event is known, and a call under way has none yet. */
function isInHistory(code: ReasonCode): boolean {
  switch (code) {
    case "under-way":
    case "turns-back":
    case "asks-later":
    case "completed":
    case "cancelled":
    case "unregistered":
    case "unreadable":
      return false;
    case "unknown-unkeyed":
    case "gave-up":
    case "key-may-be-forgotten":
    case "defect":
    case "id-reused":
    case "refused":
    case "signal-refused":
    case "no-signal":
    case "correlation-taken":
    case "correlation-unusable":
    case "waiting-for-signal":
    case "waiting-for-instant":
    case "not-done-yet":
    case "repeated":
    case "repeated-harmlessly":
    case "looked-up":
    case "held-back":
    case "turned-back":
    case "orphans":
    case "lasting":
    case "late-signals":
      return true;
  }
}

function eventsFor({ code, parameters }: ReasonView, entries: readonly HistoryEntry[], seq: number): readonly number[] {
  switch (code) {
    case "unknown-unkeyed":
    case "gave-up":
    case "key-may-be-forgotten":
    case "defect":
    case "refused":
    case "id-reused":
    case "signal-refused":
      return inOrder(lastAnswer(entries, parameters), asked(entries));
    case "no-signal":
    case "correlation-taken":
    case "correlation-unusable":
      return inOrder(asked(entries));
    case "waiting-for-signal":
    case "waiting-for-instant":
      return inOrder(lastTime(entries, ({ steps }) => isWaiting(steps, parameters)));
    case "not-done-yet":
    case "repeated":
    case "repeated-harmlessly":
    case "looked-up":
      return inOrder(lastAnswer(entries, parameters));
    case "held-back":
      return inOrder(entries.findLast(({ event }) => event.type === "parked"));
    case "turned-back":
      return inOrder(
        entries.find(({ saga }) => directionOf(saga) === "compensating"),
        entries.find(({ event }) => event.type === "closing-recorded"),
      );
    case "completed":
    case "cancelled":
      return [seq];
    case "orphans":
    case "lasting":
      return inOrder(...(parameters.steps ?? []).map((step) => lastAnswer(entries, { step, action: "run" })));
    case "late-signals":
      return inOrder(...lateSignals(entries));
    case "under-way":
    case "turns-back":
    case "asks-later":
    case "unregistered":
    case "unreadable":
      return [];
  }
}

function inOrder(...found: readonly (HistoryEntry | undefined)[]): readonly number[] {
  const seqs = found.filter((entry) => entry !== undefined).map((entry) => entry.seq);
  return [...new Set(seqs)].toSorted((one, other) => one - other);
}

function lastAnswer(entries: readonly HistoryEntry[], { step, action }: ReasonParameters): HistoryEntry | undefined {
  return entries.findLast(({ event }) => "step" in event && event.step === step && isAnswer(event, action));
}

/** Whether an event says what became of a call. To look a call up is to find out about its run. */
function isAnswer(event: SagaEvent, action: ReasonParameters["action"]): boolean {
  switch (event.type) {
    case "answered":
    case "compacted":
      return action === undefined || (event.action === "rollback") === (action === "rollback");
    case "resolved":
    case "signalled":
    case "id-reused":
      return true;
    case "started":
    case "woken":
    case "pivot-recorded":
    case "closing-recorded":
    case "parked":
    case "resumed":
    case "cancel-requested":
    case "retry-requested":
    case "wait-ended":
    case "acknowledged":
    case "refused":
    case "correlation-refused":
      return false;
  }
}

/** The event by which the saga came to need a human. */
function asked(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  return lastTime(entries, ({ phase }) => phase.name === "needs-intervention");
}

/** The event by which something came true that has been true since. */
function lastTime(entries: readonly HistoryEntry[], isSo: (saga: Saga) => boolean): HistoryEntry | undefined {
  return entries[entries.findLastIndex(({ saga }) => !isSo(saga)) + 1];
}

function isWaiting(steps: Saga["steps"], { step }: ReasonParameters): boolean {
  return steps.some((each) => each.step === step && each.waitingSince !== undefined);
}

/** The signals that no person has acknowledged: the newest of those that came too late. */
function lateSignals(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const late = entries.filter(({ saga }, index) => lateIn(saga) > lateIn(entries[index - 1]?.saga));
  const last = entries.at(-1);
  return late.slice(late.length - (last ? unseenSignals(last.saga).length : 0));
}

function lateIn(saga: Saga | undefined): number {
  return saga?.lateSignals?.length ?? 0;
}
