import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNow } from "../api/server-time.ts";

/** The present instant at the server, told anew each second while somebody watches it. */
const now: Signal<number> = signal(serverNow());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The present instant at the server, in epoch milliseconds: the component is drawn again each second. */
export function useNow(): number {
  useEffect(() => {
    watchers += 1;
    timer ??= setInterval(() => {
      now.value = serverNow();
    }, 1_000);
    now.value = serverNow();
    return () => {
      watchers -= 1;
      if (watchers > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return now.value;
}
