import { clearTimeout, setTimeout } from "node:timers";
import type { Attempt } from "saga-core";

/** Makes one call under this key with a deadline in milliseconds, as an engine does. */
export async function withDeadline<Result>(
  key: string,
  callTimeoutMs: number,
  make: (attempt: Attempt) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const reason = new DOMException(`no answer within ${callTimeoutMs} ms`, "TimeoutError");
  const timer = setTimeout(() => deadline.abort(reason), callTimeoutMs);
  try {
    const call = { sagaId: key, definition: "order", step: "call", number: 1 };
    return await make({ key, signal: deadline.signal, ...call });
  } finally {
    clearTimeout(timer);
  }
}
