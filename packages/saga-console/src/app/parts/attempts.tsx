import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { SagaEvent } from "../api/replies.ts";
import { type Attempt, givenBefore } from "../model/attempt.ts";
import { duration, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { MarkWord } from "./badge.tsx";
import { cut, Quoted } from "./quoted.tsx";

/** The last thing that a participant said of a call that is not done. */
export function LastWords({
  attempts,
  participant,
  mark,
}: {
  readonly attempts: readonly Attempt[];
  readonly participant: string;
  readonly mark: string;
}): VNode | null {
  const last = attempts.findLast(({ reason, action }) => reason !== "" && action !== "resolve");
  return !last || mark === "done" ? null : <Quoted by={participant} words={last.reason} />;
}

export interface AttemptsProps {
  readonly attempts: readonly Attempt[];
  /** How many there may be; undefined: no such limit. */
  readonly most: number | undefined;
  readonly participant: string;
  readonly events: readonly SagaEvent[];
}

/** The attempts at a call, folded: each with its outcome, how long it took, its key, and what was answered. */
export function Attempts({ attempts, most, participant, events }: AttemptsProps): VNode | null {
  const { saga, details } = t.value;
  const isOpen = useSignal(false);
  const [first] = attempts;
  if (!first) return null;
  const count = attempts.reduce((sum, each) => sum + each.count, 0);
  // One alone has nothing to be compared with.
  const isRetried = most !== undefined && attempts.some(({ outcome }) => outcome !== "done");
  return (
    <details
      class="fold attempts"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>{isRetried ? details.attemptsOf(count, most) : saga.attempts(count)}</summary>
      {isOpen.value && <AttemptList attempts={attempts} participant={participant} given={givenBefore(events, first.seq)} />}
    </details>
  );
}

interface AttemptListProps {
  readonly attempts: readonly Attempt[];
  readonly participant: string;
  readonly given: Readonly<Record<string, unknown>>;
}

function AttemptList({ attempts, participant, given }: AttemptListProps): VNode {
  const { details } = t.value;
  // One alone has nothing to be compared with.
  const longest = attempts.length > 1 ? Math.max(1, ...attempts.map(({ tookMs = 0 }) => tookMs)) : undefined;
  return (
    <div>
      <ol>
        {attempts.map((attempt) => (
          <AttemptRow key={attempt.seq} attempt={attempt} participant={participant} longest={longest} />
        ))}
      </ol>
      <h3 class="small quiet">{details.given}</h3>
      <p class="mono small">{cut(JSON.stringify(given))}</p>
      <p class="small quiet">{details.givenHint}</p>
    </div>
  );
}

interface AttemptRowProps {
  readonly attempt: Attempt;
  readonly participant: string;
  /** How long the longest of the attempts took, in milliseconds; undefined: no bar compares them. */
  readonly longest: number | undefined;
}

function AttemptRow({ attempt, participant, longest }: AttemptRowProps): VNode {
  const { details, saga } = t.value;
  const { seq, isUndo, outcome, reason, sentAt, tookMs, key, result, action, by } = attempt;
  const mark = isUndo && outcome === "done" ? "undone" : outcome;
  return (
    <li class="attempt">
      <div>
        {nameOf(attempt)} · {isUndo ? details.undo : details.run} · <MarkWord mark={mark} isUndo={isUndo} />{" "}
        <a class="chip" href={`#event-${seq}`} aria-label={saga.evidence(seq)}>
          {seq}
        </a>
      </div>
      {tookMs !== undefined && longest !== undefined && (
        <svg class="attempt-bar" aria-hidden="true">
          <rect width={`${(100 * tookMs) / longest}%`} height="4" />
        </svg>
      )}
      <div class="quiet small">
        {sentAt === undefined ? isCall(action) && details.notSent : `${details.sent} ${time(sentAt, { withMs: true })}`}
        {tookMs !== undefined && `, ${details.took} ${duration(tookMs)}`}
      </div>
      {key !== undefined && (
        <div class="quiet small">
          {details.key} <span class="mono">{key}</span>
        </div>
      )}
      {reason !== "" && <Quoted by={action === "resolve" ? by : participant} words={reason} />}
      {result !== undefined && (
        <div class="small">
          <span class="quiet">{details.gave}</span> <span class="mono">{cut(JSON.stringify(result))}</span>
        </div>
      )}
    </li>
  );
}

function isCall(action: string): boolean {
  return action !== "resolve" && action !== "signal";
}

function nameOf({ action, number, count }: Attempt): string {
  const { details } = t.value;
  if (action === "resolve") return details.person;
  return action === "signal" ? details.signal : details.attempt(number, count);
}
