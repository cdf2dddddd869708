import type { Stack } from "../stack.ts";

/** The processes that a round kills. */
export interface Victims {
  readonly stack: Stack;
  /** Kills one of them with SIGKILL, and restarts it. */
  readonly kill: () => Promise<void>;
  /** The sagas whose records show a kill, or a call without a clear answer. */
  readonly troubled: () => Promise<ReadonlySet<string>>;
  readonly stop: () => Promise<void>;
}
