import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ChangedIds } from "../api/changed-ids.ts";
import type { Liveness } from "../api/live.ts";
import { useLive } from "./use-live.ts";
import { useSampled } from "./use-sampled.ts";

/** Under a thousand changes a second, a number that changes twice a second can still be read, and a screen reader can still speak it. */
const TOLD_EVERY_MS = 500;

export interface Changes {
  readonly live: Signal<Liveness>;
  /** How many sagas have changed since the list was read. It follows the stream by samples. */
  readonly count: Signal<number>;
  /** Whether there may be more. */
  readonly isFull: Signal<boolean>;
  /** Whether the stream was cut, so that changes may have been missed. */
  readonly isUnsure: Signal<boolean>;
  readonly forget: () => void;
}

/** Counts the sagas that a stream tells of, and draws nothing for a single message. */
export function useChanges(path: string): Changes {
  const ids = useRef(new ChangedIds());
  const count = useSignal(0);
  const isFull = useSignal(false);
  const isUnsure = useSignal(false);
  const tell = () => {
    count.value = ids.current.count;
    isFull.value = ids.current.isFull;
  };
  const tellSometimes = useSampled(tell, TOLD_EVERY_MS);
  const forget = () => {
    ids.current.clear();
    isUnsure.value = false;
    tell();
  };
  useEffect(forget, [path]);
  const live = useLive({
    path,
    onMessage: (data, event) => {
      if (event !== undefined) return;
      ids.current.note(data);
      tellSometimes();
    },
    onRefresh: () => {
      isUnsure.value = true;
    },
  });
  return { live, count, isFull, isUnsure, forget };
}
