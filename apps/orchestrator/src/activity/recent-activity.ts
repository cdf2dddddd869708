import type { AttemptEnd, Clock, FoundSaga, ObservedAttempt, Observer, SagaEvent } from "saga-core";
import { isOperation, redactedEvent } from "saga-core/engine";
import type { Activity, MinuteActivity, Repair } from "saga-http";
import { newRestOf } from "../engines/rest-phase.ts";
import { CallTimes } from "./call-times.ts";
import { Minutes } from "./minutes.ts";

const MINUTES_SHOWN = 60;
/** Calls are looked at for fewer minutes: how a participant answers now matters. */
const CALL_MINUTES = 5;
const REPAIRS_MAX = 20;

type Counts = { -readonly [Name in Exclude<keyof MinuteActivity, "at">]: MinuteActivity[Name] };

interface Calls {
  readonly outcomes: Record<AttemptEnd["outcome"]["outcome"], number>;
  readonly times: CallTimes;
}

/**
 * What happened lately in this process, for people who look at it as a whole. It holds counts of minutes and the last repairs, so its memory is
 * bounded however many sagas there are, and it reads nothing.
 */
export class RecentActivity implements Observer {
  readonly #clock: Pick<Clock, "now">;
  readonly #since: number;
  readonly #minutes = new Minutes<Counts>(MINUTES_SHOWN, () => ({ started: 0, completed: 0, cancelled: 0, needsHuman: 0 }));
  readonly #calls = new Map<string, Minutes<Calls>>();
  #repairs: readonly Repair[] = [];

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  happened(found: FoundSaga, event: SagaEvent): void {
    // On Restate a process repeats what another one did before it began.
    if (event.at < this.#since) return;
    const name = countOf(found, event);
    if (name !== undefined) this.#minutes.now(this.#clock.now())[name] += 1;
    if (isOperation(event)) this.#noteRepair(found, redactedEvent(found, event));
  }

  attemptEnded({ participant, beganAt }: ObservedAttempt, { outcome: { outcome }, endedAt }: AttemptEnd): void {
    const minutes = this.#calls.get(participant) ?? new Minutes(CALL_MINUTES, noCalls);
    this.#calls.set(participant, minutes);
    const { outcomes, times } = minutes.now(this.#clock.now());
    outcomes[outcome] += 1;
    times.add(endedAt - beganAt);
  }

  /** What is known now. */
  get activity(): Activity {
    const now = this.#clock.now();
    return {
      since: this.#since,
      minutes: this.#minutes.last(now, this.#since).map(({ at, value }) => ({ at, ...value })),
      calls: [...this.#calls].map(([participant, minutes]) => {
        const last = minutes.last(now, this.#since);
        const { outcomes, times } = sumOf(last.map(({ value }) => value));
        return {
          participant,
          from: Math.max(this.#since, last[0]?.at ?? now),
          ...outcomes,
          p50Ms: times.quantile(0.5),
          p95Ms: times.quantile(0.95),
        };
      }),
      repairs: this.#repairs,
    };
  }

  #noteRepair({ saga: { id: sagaId, definition, seq } }: FoundSaga, event: SagaEvent): void {
    if (!isOperation(event) || this.#repairs.some((each) => each.sagaId === sagaId && each.seq === seq)) return;
    const { type, at, by, note } = event;
    const step = "step" in event ? event.step : undefined;
    const applied = event.type === "resolved" ? event.applied : undefined;
    this.#repairs = [{ sagaId, definition, seq, type, at, by, note, step, applied }, ...this.#repairs].slice(0, REPAIRS_MAX);
  }
}

function countOf(found: FoundSaga, event: SagaEvent): keyof Counts | undefined {
  if (event.type === "started") return "started";
  const rest = newRestOf(found.saga)?.name;
  switch (rest) {
    case "completed":
    case "cancelled":
      return rest;
    case "needs-intervention":
      return "needsHuman";
    case undefined:
      return undefined;
  }
}

function noCalls(): Calls {
  return { outcomes: { done: 0, rejected: 0, unavailable: 0, unknown: 0 }, times: new CallTimes() };
}

function sumOf(calls: readonly Calls[]): Calls {
  const sum = noCalls();
  for (const { outcomes, times } of calls) {
    sum.times.addAll(times);
    sum.outcomes.done += outcomes.done;
    sum.outcomes.rejected += outcomes.rejected;
    sum.outcomes.unavailable += outcomes.unavailable;
    sum.outcomes.unknown += outcomes.unknown;
  }
  return sum;
}
