import { useEffect, useRef } from "preact/hooks";

/** Runs a function again and again while the view is shown. A page that nobody sees asks for nothing, and is up to date as soon as it is seen. */
export function useRepeated(run: () => void, everyMs: number): void {
  const current = useRef(run);
  current.current = run;
  useEffect(() => {
    const runIfSeen = () => {
      if (!document.hidden) current.current();
    };
    const timer = setInterval(runIfSeen, everyMs);
    document.addEventListener("visibilitychange", runIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", runIfSeen);
    };
  }, [everyMs]);
}
