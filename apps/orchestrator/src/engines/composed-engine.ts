import type {
  AutoPause,
  AutoPauseListener,
  Controller,
  Drained,
  Engine,
  GateLimits,
  JournalCommit,
  JournalError,
  Observer,
  ParticipantState,
  SagaIndex,
} from "saga-core";
import type { Dependency } from "saga-http";
import type { Config } from "../config.ts";
import type { OpenCount } from "../metrics/open-sagas.ts";

/** What an engine is made of, whichever it is. */
export interface EngineParts {
  readonly controllers: readonly Controller[];
  readonly gateLimits: GateLimits;
  readonly autoPause: AutoPause;
  readonly onDefect: (error: unknown, sagaId: string) => void;
  readonly onCircuit: (state: ParticipantState) => void;
  readonly onAutoPause: AutoPauseListener;
  /** What is told of everything that happens. */
  readonly observers: readonly Observer[];
  /** What is told of a journal in this process. */
  readonly journalWatch?: JournalWatch | undefined;
}

/** What is told of a journal. */
export interface JournalWatch {
  readonly committed: (commit: JournalCommit) => void;
  /** It cannot be written any more; undefined: it can again. */
  readonly journalFailed: (failure: JournalError | undefined) => void;
}

/** An engine that runs, and what ends it. */
export interface ComposedEngine {
  readonly engine: Engine;
  readonly index: SagaIndex;
  /** How many sagas had not ended when it began; they go on. */
  readonly open: number;
  /**
   * The sagas of all processes that need a human or wait, as they were seen last; absent where this process is told of all. It waits for
   * nothing.
   */
  readonly restingCounts?: () => readonly OpenCount[];
  /** The journal, or Restate, as it is now. It waits for nothing. */
  readonly dependencies: () => readonly Dependency[];
  /** Why no saga can be accepted at present; undefined when one can. */
  readonly unreadiness: () => string | undefined;
  /** Rejects when nothing can go on in this process. */
  readonly failed: Promise<never>;
  /**
   * Lets sagas go on, for the time that a stop has for them, and then says what it leaves.
   *
   * @throws JournalError when the journal does not hold everything that happened.
   */
  readonly drain: () => Promise<Drained>;
  /**
   * Releases everything; nothing may be called after it.
   *
   * @throws JournalError when the journal does not hold everything that happened, or is gone.
   */
  readonly close: () => Promise<void>;
}

export type ComposeEngine = (config: Config, parts: EngineParts) => Promise<ComposedEngine>;
