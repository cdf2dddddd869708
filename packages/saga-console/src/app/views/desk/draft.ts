import { type Signal, useSignal } from "@preact/signals";
import type { Written } from "../../model/json-form.ts";

/** What a person has chosen and written so far. It stays until it is recorded. */
export interface Draft {
  readonly chosen: Signal<string | undefined>;
  readonly note: Signal<string>;
  readonly result: Signal<Written>;
  /** Whether he tried to go on, so that what is missing is shown. */
  readonly hasTried: Signal<boolean>;
}

export function useDraft(): Draft {
  return {
    chosen: useSignal<string | undefined>(undefined),
    note: useSignal(""),
    result: useSignal<Written>({}),
    hasTried: useSignal(false),
  };
}

export function clear({ chosen, note, result, hasTried }: Draft): void {
  chosen.value = undefined;
  note.value = "";
  result.value = {};
  hasTried.value = false;
}
