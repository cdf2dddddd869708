import { type Signal, useSignal } from "@preact/signals";
import type { BulkPlan } from "../../model/bulk-run.ts";
import { givenName } from "../../parts/note-field.tsx";

/** What a person plans for many sagas, so far. */
export interface BulkDraft {
  readonly choice: Signal<BulkPlan["choice"] | undefined>;
  readonly step: Signal<string>;
  readonly note: Signal<string>;
  readonly hasTried: Signal<boolean>;
}

export function useBulkDraft(): BulkDraft {
  return {
    choice: useSignal<BulkPlan["choice"] | undefined>(undefined),
    step: useSignal(""),
    note: useSignal(""),
    hasTried: useSignal(false),
  };
}

/** The plan, if it is whole. */
export function planOf({ choice, step, note }: BulkDraft, steps: readonly string[]): BulkPlan | undefined {
  if (choice.value === undefined || note.value.trim() === "") return undefined;
  return { choice: choice.value, step: stepOf(step.value, steps), note: note.value, by: givenName() };
}

/** The step that was chosen, else the first one. */
export function stepOf(step: string, steps: readonly string[]): string {
  return steps.includes(step) ? step : (steps[0] ?? "");
}
