import type { Saga, SagaEvent, SagaStep } from "../api/replies.ts";
import { numberOf, textOf } from "./attempt.ts";
import { pictureNow } from "./picture.ts";

/** What a reason is about. What its code does not have is empty. Instants are as the API writes them. */
export interface About {
  readonly step: string;
  readonly participant: string;
  /** Whether it is about undoing the step. */
  readonly undo: boolean;
  readonly attempts: number;
  readonly attemptsMax: number;
  readonly outcome: string;
  readonly next: string;
  readonly since: string;
  readonly until: string;
  readonly onTimeout: string;
  readonly holder: string;
  readonly member: string;
  /** Absent is not the same as none. */
  readonly steps: readonly string[] | undefined;
  readonly count: number;
  readonly definition: string;
  readonly version: number;
  readonly cause: string;
}

/** A reason as the API gives it, the words of others, and the numbers of the events that show it. */
export interface Reason {
  readonly code: string;
  readonly about: About;
  readonly evidence: readonly number[];
  /** What the participant, or the sender of a signal, said. */
  readonly seen: string;
  /** What the definition says of its participant. */
  readonly known: string;
}

/** Why a saga stands where it does: what it stands at first. */
export function whyOf(saga: Saga, events: readonly SagaEvent[]): readonly Reason[] {
  return saga.reasons.map(({ code, parameters, events: evidence }) => ({
    code,
    about: aboutOf(parameters),
    evidence,
    // Who cancelled a saga, and why, is in its history alone.
    seen: code === "turned-back" ? (pictureNow(saga, events).turn?.reason ?? "") : textOf(parameters["seen"]),
    known: textOf(parameters["known"]),
  }));
}

function aboutOf(parameters: Readonly<Record<string, unknown>>): About {
  const text = (name: string) => textOf(parameters[name]);
  const number = (name: string) => numberOf(parameters[name]) ?? 0;
  const { steps } = parameters;
  return {
    step: text("step"),
    participant: text("participant"),
    undo: text("action") === "rollback",
    attempts: number("attempts"),
    attemptsMax: number("attempts_max"),
    outcome: text("outcome"),
    next: text("next_attempt_at"),
    since: text("since"),
    until: text("until"),
    onTimeout: text("on_timeout"),
    holder: text("holder"),
    member: text("member"),
    steps: Array.isArray(steps) ? steps.map(String) : undefined,
    count: number("count"),
    definition: text("definition"),
    version: number("version"),
    cause: text("cause"),
  };
}

/** The step that a person is asked about: the one in doubt, else the one that was refused. */
export function askedStep({ steps }: Saga): SagaStep | undefined {
  return (
    steps.find(({ status }) => status === "unknown") ??
    steps.findLast(({ status, last_error: error }) => status === "undoing" && error !== undefined) ??
    steps.findLast(({ status }) => status === "undo-refused") ??
    steps.find(({ status, last_error: error }) => status === "running" && error !== undefined) ??
    steps.find(({ status }) => status === "rejected") ??
    steps.find(({ status }) => status === "waiting")
  );
}
