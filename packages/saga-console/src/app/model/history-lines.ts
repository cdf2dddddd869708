import type { SagaEvent } from "../api/replies.ts";

/** A line of the history: an event, or several in which the same call had the same bad answer again and again. */
export interface HistoryLine {
  /** The last of them: it says what the others said. */
  readonly event: SagaEvent;
  /** All of them, in order. One, or more than can be read. */
  readonly events: readonly SagaEvent[];
  /** How many answers they are. */
  readonly answers: number;
  /** How long nothing happened before it, in milliseconds. */
  readonly idleMs: number;
}

/** From so many equal answers on, a line tells of all. */
const FOLDED_MIN = 4;

/** The history as lines. Equal failures of one call are one line, with the wakings between them. */
export function historyLines(events: readonly SagaEvent[]): readonly HistoryLine[] {
  const lines: HistoryLine[] = [];
  let index = 0;
  while (index < events.length) {
    const run = runFrom(events, index);
    const [first, event] = [run[0], run.at(-1)];
    if (!first || !event) break;
    lines.push({ event, events: run, answers: run.filter(isAnswer).length, idleMs: idleBetween(events[index - 1], first) });
    index += run.length;
  }
  return lines;
}

/** The equal failures that begin here, if they are enough to be one line; otherwise the event alone. */
function runFrom(events: readonly SagaEvent[], from: number): readonly SagaEvent[] {
  const first = events[from];
  if (!first) return [];
  if (!isFailure(first)) return [first];
  let end = from + 1;
  for (let index = end; index < events.length; index += 1) {
    const event = events[index];
    if (!event || !(event.type === "woken" || isSame(event, first))) break;
    // A waking that no failure follows is no part of it.
    if (event.type !== "woken") end = index + 1;
  }
  const run = events.slice(from, end);
  return run.filter(isAnswer).length >= FOLDED_MIN ? run : [first];
}

function isAnswer({ type }: SagaEvent): boolean {
  return type === "answered";
}

function isFailure({ type, data }: SagaEvent): boolean {
  return type === "answered" && data["outcome"] !== "done" && data["outcome"] !== "rejected";
}

function isSame(event: SagaEvent, first: SagaEvent): boolean {
  const isAlike = (name: string) => event.data[name] === first.data[name];
  return isFailure(event) && event.step === first.step && isAlike("action") && isAlike("outcome");
}

function idleBetween(before: SagaEvent | undefined, event: SagaEvent): number {
  // It stands for failures up to its instant: nobody knows how long nothing happened before the first.
  if (event.type === "compacted") return 0;
  const idle = before ? Date.parse(event.at) - Date.parse(before.at) : 0;
  return Number.isFinite(idle) ? Math.max(0, idle) : 0;
}
