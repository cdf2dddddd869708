import { defaultGateLimits } from "../engine/participant-gate.ts";
import type { ParticipantState } from "../ports/engine.ts";
import { statusOf } from "../transition/view.ts";
import type { Plan } from "./plan.ts";
import { historyProblem } from "./repetitions.ts";
import { restsBy } from "./rests-by.ts";
import { SeenEvidence } from "./seen-evidence.ts";
import { POLICY, participants } from "./shared-definitions.ts";
import type { KeptSaga, SharedRemains } from "./shared-process.ts";
import type { WatchedSaga } from "./watched-saga.ts";

/** A saga has at most a timer for its deadline and one for its call. */
const TIMERS_OF_SAGA_MAX = 2;

/** What is to be expected of an engine. */
type WatchedEngine = Pick<SharedRemains, "isCompacting" | "reportsOnce">;

/** Watches a run of many sagas, and notes what must never happen. */
export class Watch {
  /** The sagas that started, and whose start was not lost, by id. */
  readonly sagas: Map<string, WatchedSaga> = new Map();
  /** What the participants answered. */
  readonly evidence: SeenEvidence = new SeenEvidence();
  readonly #plan: Plan;
  readonly #beganAt: number;
  readonly #isCompacting: boolean;
  readonly #reportsOnce: boolean;
  readonly #violations = new Set<string>();
  #recordsMax = 0;

  /**
   * @param beganAt the beginning, in milliseconds since the epoch.
   * @param remains the engine, before anything began.
   */
  constructor(plan: Plan, beganAt: number, { isCompacting, reportsOnce }: WatchedEngine) {
    this.#isCompacting = isCompacting;
    this.#reportsOnce = reportsOnce === true;
    this.#plan = plan;
    this.#beganAt = beganAt;
  }

  /** What must never happen, and did. */
  get violations(): readonly string[] {
    const ofSagas = [...this.sagas].flatMap(([id, { monitor }]) => monitor.violations.map((violation) => `${id}: ${violation}`));
    return [...this.#violations, ...ofSagas];
  }

  /** The most records that the journal held of one saga. */
  get recordsMax(): number {
    return this.#recordsMax;
  }

  /** The circuit of a participant opens, half-opens or closes: it opens only if enough different sagas failed there. */
  circuit({ participant, circuit }: ParticipantState): void {
    const failed = this.evidence.sagasAt(participant);
    if (circuit === "open" && failed < defaultGateLimits.failuresMax)
      this.violated(`the circuit of ${participant} is open, and ${failed} sagas failed there since its last clear answer`);
  }

  /** The process is killed: the next one knows nothing of the participants. */
  killed(): void {
    this.evidence.clear();
  }

  violated(what: string): void {
    this.#violations.add(what);
  }

  /** A process has so many timers: no more than its sagas and its participants need. */
  timers(count: number): void {
    const open = [...this.sagas.values()].filter(({ isOpen }) => isOpen).length;
    const max = TIMERS_OF_SAGA_MAX * open + participants.length;
    if (count > max) this.violated("the process has more timers than its open sagas need");
  }

  /** A process begins, and finds this in the journal. */
  restarted(kept: ReadonlyMap<string, KeptSaga>, now: number): void {
    this.#look(kept);
    for (const [id, saga] of this.sagas) {
      const found = kept.get(id);
      saga.monitor.restarted(found?.records ?? []);
      if (found) saga.found(found.saga, this.#reportsOnce, now);
      else this.#gone(saga);
    }
  }

  /** The run is over: the journal holds this. */
  ended(kept: ReadonlyMap<string, KeptSaga>): void {
    this.#look(kept);
    for (const saga of this.sagas.values()) {
      const { id, sickness } = saga.plan;
      if (saga.isOpen) this.violated(`${id} never comes to rest`);
      else if (!sickness) this.#healthyEnded(saga);
    }
  }

  #healthyEnded({ plan, startedAt, restedAt = Infinity, latest }: WatchedSaga): void {
    const start = startedAt - this.#beganAt;
    const due = restsBy(this.#plan, plan, start);
    const lateMs = restedAt - this.#beganAt - due;
    if (lateMs > 0) this.violated(`${plan.id} is healthy, and is at rest ${lateMs} ms later than it must be`);
    const status = latest && statusOf(latest);
    const { refusedStep, cancelAt, signals, refusedRollback } = plan;
    const mayTurn =
      signals !== undefined || refusedStep !== undefined || cancelAt !== undefined || due >= start + POLICY.deadlineMs;
    // A refusal after the pivot, or of a rollback, needs a human who may not help.
    const mayAsk = signals !== undefined || refusedRollback !== undefined;
    const isRight = status === "completed" || (status === "cancelled" && mayTurn) || (status === "needs_intervention" && mayAsk);
    if (!isRight) this.violated(`${plan.id} is healthy, and is ${status}`);
  }

  #gone(saga: WatchedSaga): void {
    saga.gone();
    for (const violation of saga.monitor.violations) this.violated(`${saga.plan.id}: ${violation}`);
    this.sagas.delete(saga.plan.id);
  }

  #look(kept: ReadonlyMap<string, KeptSaga>): void {
    for (const [id, saga] of kept) {
      this.#recordsMax = Math.max(this.#recordsMax, saga.records.length);
      const problem = this.#isCompacting ? historyProblem(saga) : undefined;
      if (problem !== undefined) this.violated(`${id}: ${problem}`);
    }
  }
}
