import { useEffect, useRef } from "preact/hooks";
import { type Sampled, sampled } from "../api/sampled.ts";

/** A function of a view that may be called at any rate, and runs at most once in a while; no more when the view is left. */
export function useSampled(run: () => void, everyMs: number): () => void {
  const current = useRef(run);
  current.current = run;
  const own = useRef<Sampled | undefined>(undefined);
  own.current ??= sampled(() => current.current(), everyMs);
  useEffect(() => () => own.current?.stop(), []);
  return own.current.call;
}
