/** How far the server's clock is ahead of this machine's, in milliseconds. */
let aheadMs = 0;

/** `Date` has whole seconds: a smaller difference says nothing. */
const PRECISION_MS = 2_000;

/** Learns the server's time from a reply. Countdowns go by it: the instants that the API gives are the server's. */
export function noteServerTime({ headers }: Response): void {
  const at = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(at)) return;
  const difference = at - Date.now();
  aheadMs = Math.abs(difference) < PRECISION_MS ? 0 : difference;
}

/** The present instant at the server, in epoch milliseconds. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}
