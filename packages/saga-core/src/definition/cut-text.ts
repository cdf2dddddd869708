/** The longest text that is recorded of an attempt, in characters. */
export const TEXT_MAX = 2_000;

/** Ends a text that was longer. */
const CUT = "… (cut)";

/**
 * Cuts a participant's text to what is recorded of it: a service may answer with a page of its own, at each of many attempts (rule 9). The
 * outcome is known by then. A text that was cut stays as it is.
 *
 * @param max the longest text that stays as it is, in characters. Default: 2,000.
 */
export function cutText(text: string, max: number = TEXT_MAX): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - CUT.length);
  // Half of a pair of surrogates is no character.
  const whole = /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
  return `${whole}${CUT}`;
}
