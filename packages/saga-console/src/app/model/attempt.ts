import type { SagaEvent } from "../api/replies.ts";

/** One answer to a call, several that were compacted, a signal, or what a person said of a call. */
export interface Attempt {
  /** The number of its event. */
  readonly seq: number;
  /** When it was answered. */
  readonly at: string;
  readonly action: string;
  /** Whether it was at undoing the step. */
  readonly isUndo: boolean;
  readonly outcome: string;
  /** What the participant said; of a person, the note. */
  readonly reason: string;
  /** How many attempts it stands for. */
  readonly count: number;
  /** Its number among the attempts at this action, if the record has one. */
  readonly number: number | undefined;
  /** When it was sent. Absent: it was not, or an earlier release recorded it. */
  readonly sentAt: string | undefined;
  readonly tookMs: number | undefined;
  readonly key: string | undefined;
  /** What the answer gave. */
  readonly result: Readonly<Record<string, unknown>> | undefined;
  /** The person who said it. */
  readonly by: string;
}

/**
 * The attempt that an event tells of; undefined for an event that tells of none, or that is not known here.
 *
 * @param isClosed whether nothing further was run: then a person spoke of undoing.
 */
export function attemptOf({ type, seq, at, data }: SagaEvent, isClosed: boolean): Attempt | undefined {
  const text = (name: string) => textOf(data[name]);
  const common = {
    seq,
    at,
    count: 1,
    number: numberOf(data["attempt"]),
    sentAt: text("sent_at") || undefined,
    tookMs: numberOf(data["took_ms"]),
    key: text("key") || undefined,
    result: isEmpty(data["result"]) ? undefined : asRecord(data["result"]),
    by: text("by"),
  };
  const action = text("action");
  const isUndo = action === "rollback";
  switch (type) {
    case "answered":
      return { ...common, action, isUndo, outcome: text("outcome"), reason: text("reason") };
    case "signalled":
      return { ...common, action: "signal", isUndo: false, outcome: text("outcome"), reason: text("reason") };
    case "resolved": {
      const outcome = data["applied"] === true ? "done" : "rejected";
      return { ...common, action: "resolve", isUndo: isClosed, outcome, reason: text("note") };
    }
    case "compacted": {
      const last = asRecord(data["last"]);
      const count = numberOf(data["failures"]) ?? 1;
      const number = numberOf(last["attempt"]);
      return { ...common, action, isUndo, outcome: textOf(last["outcome"]), reason: textOf(last["reason"]), count, number };
    }
    default:
      return undefined;
  }
}

/** What a step was given when an attempt at it was made: the saga's input, and what the steps before gave. */
export function givenBefore(events: readonly SagaEvent[], seq: number): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  for (const event of events) {
    if (event.seq >= seq) break;
    if (event.type === "started") Object.assign(given, asRecord(event.data["input"]));
    const attempt = attemptOf(event, false);
    if (attempt?.outcome === "done" && !attempt.isUndo) Object.assign(given, attempt.result);
  }
  return given;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function isEmpty(value: unknown): boolean {
  return Object.keys(asRecord(value)).length === 0;
}
