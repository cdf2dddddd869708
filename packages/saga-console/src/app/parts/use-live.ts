import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Live, type Liveness, type LiveOptions } from "../api/live.ts";

/** Follows a stream while the view is shown; anew where `round` changes. */
export function useLive(options: LiveOptions, round = 0): Signal<Liveness> {
  const state = useSignal<Liveness>("connecting");
  const current = useRef(options);
  current.current = options;
  useEffect(() => {
    const live = new Live({
      path: options.path,
      onMessage: (data, event) => current.current.onMessage(data, event),
      onRefresh: () => current.current.onRefresh(),
      stopsWhereMissing: options.stopsWhereMissing,
    });
    const stopWatching = live.state.subscribe((liveness) => {
      state.value = liveness;
    });
    return () => {
      stopWatching();
      live.stop();
    };
  }, [options.path, round]);
  return state;
}
