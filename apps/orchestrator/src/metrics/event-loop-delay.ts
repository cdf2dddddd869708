import { clearInterval, setInterval } from "node:timers";

const TIMER_MS = 100;

/**
 * Calls back every 100 ms with how late that was, in milliseconds. Deno's `monitorEventLoopDelay` does not see a busy process. Returns a function
 * that stops it; it keeps no process alive.
 */
export function watchEventLoop(onDelay: (ms: number) => void): () => void {
  let due = performance.now() + TIMER_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    onDelay(Math.max(0, now - due));
    due = now + TIMER_MS;
  }, TIMER_MS);
  timer.unref();
  return () => clearInterval(timer);
}
