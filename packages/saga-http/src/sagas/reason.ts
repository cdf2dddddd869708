import type { OnTimeout, Turn } from "saga-core";
import type { StepProgress } from "saga-core/engine";

/** What a reason is about. Which of these a code has is said by `ReasonsByCode`. */
export interface ReasonParameters {
  readonly step?: string | undefined;
  readonly action?: "run" | "rollback" | undefined;
  readonly participant?: string | undefined;
  readonly attempts?: number | undefined;
  readonly attempts_max?: number | undefined;
  readonly outcome?: NonNullable<StepProgress["lastError"]>["outcome"] | undefined;
  readonly seen?: string | undefined;
  readonly known?: string | undefined;
  readonly next_attempt_at?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly on_timeout?: OnTimeout | undefined;
  readonly holder?: string | undefined;
  readonly member?: string | undefined;
  readonly steps?: readonly string[] | undefined;
  readonly count?: number | undefined;
  readonly definition?: string | undefined;
  readonly version?: number | undefined;
  readonly cause?: Turn["cause"] | undefined;
}

type Has<Name extends keyof ReasonParameters> = {
  readonly [Each in Name]-?: Exclude<ReasonParameters[Each], undefined>;
};
type May<Name extends keyof ReasonParameters> = Pick<ReasonParameters, Name>;

type AboutCall = Has<"step" | "action" | "participant">;
/** A call that a person is asked about: the attempts at it, what was seen last, and what the definition says of its participant. */
export type AskedCall = AboutCall & May<"attempts" | "seen" | "known">;
/** A call whose next attempt is due at an instant. */
export type RetriedCall = AboutCall & Has<"attempts" | "next_attempt_at"> & May<"outcome" | "seen">;

/** Every reason why a saga is where it is, and what it is about. */
export interface ReasonsByCode {
  // Why it needs a human.
  readonly "unknown-unkeyed": AskedCall;
  readonly "gave-up": AskedCall;
  readonly "key-may-be-forgotten": AskedCall;
  readonly defect: AskedCall;
  readonly "id-reused": AskedCall & Has<"holder">;
  /** `steps`: the others whose undoing was refused, too; absent where the earlier ones still wait for this one. */
  readonly refused: AskedCall & May<"steps">;
  readonly "signal-refused": Has<"step"> & May<"seen">;
  readonly "no-signal": Has<"step">;
  readonly "correlation-taken": Has<"step" | "holder">;
  readonly "correlation-unusable": Has<"step"> & May<"member">;
  readonly unregistered: Has<"definition" | "version">;
  readonly unreadable: Readonly<Record<never, never>>;
  // What it waits for.
  readonly "waiting-for-signal": Has<"step" | "since" | "on_timeout"> & May<"until">;
  readonly "waiting-for-instant": Has<"step" | "since"> & May<"until">;
  readonly "not-done-yet": RetriedCall;
  readonly repeated: RetriedCall;
  readonly "repeated-harmlessly": RetriedCall;
  readonly "looked-up": RetriedCall;
  readonly "turns-back": Has<"until" | "attempts_max">;
  readonly "asks-later": Has<"until">;
  readonly "held-back": Has<"step" | "participant">;
  readonly "under-way": AboutCall & Has<"attempts">;
  // How it turned and ended, and what is left.
  readonly "turned-back": Has<"step" | "cause">;
  readonly completed: Readonly<Record<never, never>>;
  readonly cancelled: Readonly<Record<never, never>>;
  readonly orphans: Has<"steps">;
  readonly lasting: Has<"steps">;
  readonly "late-signals": Has<"count">;
}

export type ReasonCode = keyof ReasonsByCode;

/** One reason why a saga is where it is: a code with what it is about. */
export type Reason<Code extends ReasonCode = ReasonCode> = {
  readonly [Each in Code]: { readonly code: Each; readonly parameters: ReasonsByCode[Each] };
}[Code];

/** A reason, as the API shows it. */
export interface ReasonView {
  readonly code: ReasonCode;
  readonly parameters: ReasonParameters;
  readonly events?: readonly number[] | undefined;
}
