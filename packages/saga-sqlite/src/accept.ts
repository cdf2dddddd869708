import type { Finding } from "./findings.ts";
import type { Accept } from "./mark.ts";

export type Decision =
  | { readonly kind: "start"; readonly notices: readonly string[] }
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * Whether a start goes on. `JOURNAL_ACCEPT` counts for one start: left set, it would let through what nobody looked at.
 *
 * @param last the variable of the start before.
 */
export function decide(finding: Finding | undefined, accept: Accept | undefined, last: Accept | undefined): Decision {
  if (!finding) {
    const notice = `JOURNAL_ACCEPT=${accept} was not needed: remove it`;
    return { kind: "start", notices: accept === undefined ? [] : [notice] };
  }
  const { problem, advice, acceptedAs } = finding;
  if (accept === undefined || accept !== acceptedAs) return { kind: "refuse", reason: `${problem}. ${advice}` };
  if (last === undefined)
    return { kind: "start", notices: [`JOURNAL_ACCEPT=${accept} let this start through although ${problem}`] };
  const reason = `${problem}. JOURNAL_ACCEPT was set at the start before, and counts for one start: start without it, which is refused too. ${advice}`;
  return { kind: "refuse", reason };
}
