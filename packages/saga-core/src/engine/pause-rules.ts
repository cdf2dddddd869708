import type { Pause } from "../ports/journal.ts";

/**
 * The pause of a definition once `pause` is requested; undefined if nothing changes. The first pause names the person to contact, so a second
 * one changes nothing. But a pause that the definition made itself becomes the operator's, and then does not end by itself.
 *
 * @param known the pause that the definition has; undefined if it has none.
 */
export function changedPause(known: Pause | undefined, pause: Pause): Pause | undefined {
  if (!known) return pause;
  return known.automatic && !pause.automatic ? { ...pause, at: known.at } : undefined;
}

/** Whether a definition still has the pause that it made itself at this instant, and no operator's since. */
export function isStillOwn(known: Pause | undefined, { at }: Pick<Pause, "at">): boolean {
  return known?.automatic === true && known.at === at;
}
