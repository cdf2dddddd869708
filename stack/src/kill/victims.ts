import type { Stack } from "../stack.ts";

/** What is killed in a round, and what it leaves behind. */
export interface Victims {
  readonly stack: Stack;
  /** Kills one of them with SIGKILL, and has it started again. */
  readonly kill: () => Promise<void>;
  /** The sagas of which it is recorded that they met a kill, or a call without a clear answer. */
  readonly troubled: () => Promise<ReadonlySet<string>>;
  readonly stop: () => Promise<void>;
}
