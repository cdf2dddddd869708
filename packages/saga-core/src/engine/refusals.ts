import { OperationRefused, StartRefused } from "../ports/engine.ts";
import type { JournalError } from "../ports/journal.ts";

/** What decides whether an engine starts a saga now. */
export interface StartState {
  readonly isDraining: boolean;
  readonly isPaused: boolean;
  /** Why nothing can be written at present. */
  readonly failure?: JournalError | undefined;
  /** What the limit counts, for the message: `sagas are in flight`. */
  readonly counted: string;
  readonly count: number;
  readonly countMax: number;
}

interface NotAllowed {
  readonly reason: string;
  readonly from?: number | undefined;
}

/** Why no saga of this definition starts now; undefined when one may (rule 9). */
export function startRefusal(definition: string, state: StartState): StartRefused | JournalError | undefined {
  if (state.isDraining) return new StartRefused("draining", "The orchestrator is stopping and starts no saga.");
  if (state.isPaused)
    return new StartRefused("paused", `The definition "${definition}" is paused: no saga of it starts until it is resumed.`);
  if (state.failure) return state.failure;
  if (state.count < state.countMax) return undefined;
  return new StartRefused("overloaded", `${state.countMax} ${state.counted}, which is the limit.`);
}

export function drainingRefusal(): OperationRefused {
  return new OperationRefused("draining", "The orchestrator is stopping.");
}

export function noSuchSaga(id: string): OperationRefused {
  return new OperationRefused("not-found", `There is no saga ${id}.`);
}

export function noSuchDefinition(name: string): OperationRefused {
  return new OperationRefused("not-found", `There is no definition "${name}".`);
}

export function notAllowed(sagaId: string, { reason, from }: NotAllowed): OperationRefused {
  return new OperationRefused("not-allowed", `This is not allowed for saga ${sagaId} now: ${reason}.`, from);
}
