const FROM_MS = 1_000;
const TO_MS = 86_400_000;

/** Where an age stands on a strip from a second to a day. It is logarithmic: seconds matter at first, and hours later. */
export function ageMark(ageMs: number): string {
  const bounded = Math.min(Math.max(ageMs, FROM_MS), TO_MS);
  const share = Math.log(bounded / FROM_MS) / Math.log(TO_MS / FROM_MS);
  return `${(1 + share * 98).toFixed(2)}%`;
}
