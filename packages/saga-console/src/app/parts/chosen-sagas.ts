import { z } from "../api/replies.ts";
import { CHOSEN_MAX, type ChosenSaga } from "../model/bulk.ts";

const NAME = "saga-console/chosen";

const chosenSchema = z.array(z.object({ id: z.string(), name: z.string(), step: z.string() }));

/** The sagas that a person chose for an operation on many: kept in this tab, also over a reload. */
export const chosenSagas = {
  get(): readonly ChosenSaga[] {
    try {
      return chosenSchema.safeParse(JSON.parse(sessionStorage.getItem(NAME) ?? "[]")).data ?? [];
    } catch {
      return [];
    }
  },
  /** These are not chosen any more. */
  drop(ids: readonly string[]): void {
    chosenSagas.set(chosenSagas.get().filter(({ id }) => !ids.includes(id)));
  },
  set(chosen: readonly ChosenSaga[]): void {
    try {
      sessionStorage.setItem(NAME, JSON.stringify(chosen.slice(0, CHOSEN_MAX)));
    } catch {
      // A browser that keeps nothing shows that nothing is chosen.
    }
  },
} as const;
