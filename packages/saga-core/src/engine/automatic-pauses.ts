import type { Clock } from "../ports/clock.ts";
import type { FoundSaga } from "../ports/engine.ts";
import { JournalError, type Pause } from "../ports/journal.ts";
import { isOperation, type SagaEvent } from "../transition/event.ts";
import { isDoubtOfRestart } from "../transition/resumed.ts";
import type { Saga } from "../transition/saga.ts";
import { cameToRest, isAtRest } from "../transition/transition.ts";
import { openWait } from "../transition/waits.ts";
import { type AutoPause, pauseNote } from "./auto-pause.ts";
import { RestWindow } from "./rest-window.ts";
import { type TrialEnd, Trials } from "./trials.ts";

/** After how long a client may try again while only an operator can end the pause, in milliseconds. */
const OPERATOR_MS = 60_000;

/** Called when a definition has paused itself, and when such a pause ends because its trials needed nobody. */
export type AutoPauseListener = (pause: Pause, change: "begun" | "ended") => void;

export interface AutomaticPausesPorts {
  /** Undefined: no definition pauses itself, and a pause that an earlier process made stays until an operator ends it. */
  readonly limits: AutoPause | undefined;
  readonly clock: Pick<Clock, "now">;
  /** Pauses a definition, unless it is paused already. Resolves with whether it did. */
  readonly begin: (pause: Pause) => Promise<boolean>;
  /** Ends this pause, unless it is another one by now. Resolves with whether it did. */
  readonly end: (pause: Pause) => Promise<boolean>;
  readonly onChange: AutoPauseListener;
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** Whether a saga of a definition may start, as far as pauses go: a trial may start in spite of one. */
export type PauseVerdict =
  | { readonly name: "open" | "trial" }
  | {
      readonly name: "paused";
      readonly pause: Pause;
      /** After how long a start may succeed, in milliseconds. */
      readonly retryAfterMs: number;
    };

interface Paused {
  readonly pause: Pause;
  /** Absent where only an operator ends the pause. */
  readonly trials: Trials | undefined;
}

/**
 * Pauses a definition when too many of its sagas come to need a human, and ends that pause when trials show that they need nobody. The
 * counts and the trials are in memory: each process has its own, and a restart begins them anew.
 */
export class AutomaticPauses {
  readonly #ports: AutomaticPausesPorts;
  readonly #limits: AutoPause | undefined;
  readonly #windows = new Map<string, RestWindow>();
  /** The paused definitions as they were last seen. */
  readonly #paused = new Map<string, Paused>();

  constructor(ports: AutomaticPausesPorts) {
    this.#ports = ports;
    this.#limits = ports.limits && ports.limits.countMin > 0 ? ports.limits : undefined;
  }

  /** @param pauses all pauses, as they are now. */
  verdictOn(definition: string, pauses: readonly Pause[]): PauseVerdict {
    this.see(pauses);
    const paused = this.#paused.get(definition);
    if (!paused) return { name: "open" };
    const retryAfterMs = paused.trials?.waitMs(this.#ports.clock.now()) ?? OPERATOR_MS;
    return retryAfterMs > 0 ? { name: "paused", pause: paused.pause, retryAfterMs } : { name: "trial" };
  }

  /** A start of a paused definition is let through: it is the trial that is due. */
  beginTrial(definition: string, sagaId: string): void {
    this.#paused.get(definition)?.trials?.begin(sagaId, this.#ports.clock.now());
  }

  /** The start made no saga after all. */
  withdraw(definition: string, sagaId: string): void {
    this.#paused.get(definition)?.trials?.withdraw(sagaId);
  }

  /** Notes an event of a saga, and the saga that it made: once for each event. */
  note({ saga, controller }: FoundSaga, event: SagaEvent): void {
    if (!this.#limits || !isAtRest(saga)) return;
    this.rested(saga);
    // What a person, a sender or a restart brought about, or a wait asks about, says nothing about the participants.
    const isAskedAtWait = openWait(controller, saga) !== undefined;
    if (!cameToRest(saga) || isOperation(event) || event.type === "signalled" || isDoubtOfRestart(saga) || isAskedAtWait) return;
    const now = this.#ports.clock.now();
    const window = this.#windows.get(saga.definition) ?? new RestWindow(this.#limits.windowMs);
    this.#windows.set(saga.definition, window);
    const needsHuman = saga.phase.name === "needs-intervention";
    window.add(event.at, needsHuman, now);
    if (!needsHuman || this.#paused.has(saga.definition)) return;
    const note = pauseNote(this.#limits, window.counts(now));
    if (note !== undefined) this.#begin({ definition: saga.definition, at: now, note, automatic: true });
  }

  /** Notes a trial that has come to rest, wherever it ran. A saga that is no trial, or not at rest, changes nothing. */
  rested(saga: Saga): void {
    const { pause, trials } = this.#paused.get(saga.definition) ?? {};
    if (!pause || !isAtRest(saga) || !trials?.rested(saga.id, endOf(saga))) return;
    this.#report(this.#ports.end(pause), pause, "ended");
  }

  #begin(pause: Pause): void {
    this.#setPaused(pause);
    const begun = this.#ports.begin(pause).catch((error: unknown) => {
      this.#paused.delete(pause.definition);
      throw error;
    });
    this.#report(begun, pause, "begun");
  }

  /** What could not be written is decided again with the next saga, and the engine says itself that nothing can be written. */
  #report(changed: Promise<boolean>, pause: Pause, change: "begun" | "ended"): void {
    const { onChange, onDefect } = this.#ports;
    changed
      .then((isChanged) => {
        if (isChanged) onChange(pause, change);
      })
      .catch((error: unknown) => {
        if (!(error instanceof JournalError)) onDefect(error, "");
      });
  }

  /** @param pauses all pauses, as they are now. */
  see(pauses: readonly Pause[]): void {
    for (const definition of this.#paused.keys()) {
      if (pauses.some((pause) => pause.definition === definition)) continue;
      // The pause has ended. What came before it must not pause the definition again.
      this.#paused.delete(definition);
      this.#windows.delete(definition);
    }
    for (const pause of pauses) {
      const known = this.#paused.get(pause.definition)?.pause;
      if (known?.at !== pause.at || known.automatic !== pause.automatic) this.#setPaused(pause);
    }
  }

  #setPaused(pause: Pause): void {
    const limits = this.#limits;
    const hasTrials = pause.automatic === true && limits !== undefined && limits.trials > 0;
    const trials = hasTrials ? new Trials(limits, this.#ports.clock.now()) : undefined;
    this.#paused.set(pause.definition, { pause, trials });
  }
}

function endOf(saga: Saga): TrialEnd {
  if (saga.phase.name !== "needs-intervention") return "needs-nobody";
  return isDoubtOfRestart(saga) ? "unclear" : "needs-human";
}
