import type { ToldStep } from "./told-definition.ts";

/**
 * What goes wrong at a step. `refused`: its participant, or the signal that it waits for, says no. `timed-out`: the first request is lost on its way, and its
 * time runs out. `cut`: the first request is applied, and its answer is lost. `unreachable`: no request can be sent. `silent`: no answer and no signal
 * ever comes. `cancelled`: a person cancels while it is under way, or waits.
 */
export type StepTrouble = "refused" | "timed-out" | "cut" | "unreachable" | "silent" | "cancelled";

/** What goes wrong, and where. */
export interface Mishap {
  readonly step: string;
  readonly trouble: StepTrouble;
}

export const stepTroubles: readonly StepTrouble[] = ["refused", "timed-out", "cut", "unreachable", "silent", "cancelled"];

/** Whether this can happen to the step: a wait calls nobody, and a timer hears nobody. */
export function canHappen(trouble: StepTrouble, { waits }: Pick<ToldStep, "waits">): boolean {
  switch (trouble) {
    case "cancelled":
      return true;
    case "refused":
    case "silent":
      return waits === undefined || waits.takes_signal;
    case "timed-out":
    case "cut":
    case "unreachable":
      return waits === undefined;
  }
}
