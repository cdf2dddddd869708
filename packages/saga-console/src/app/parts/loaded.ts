import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { serverNow } from "../api/server-time.ts";
import { noteRefusal } from "../api/who.ts";

export interface Loaded<Value> {
  readonly value: Signal<Value | undefined>;
  readonly error: Signal<ApiError | undefined>;
  /** When the value was read, in epoch milliseconds. */
  readonly readAt: Signal<number>;
  /** Reads again. Requests that come meanwhile are one. */
  readonly reload: () => void;
}

/**
 * Reads something for a view, when it appears and when `key` changes. After an error the last value stays, and `error` says what went wrong.
 * Under many changes, it reads at most once at a time, and then once more.
 */
export function useLoaded<Value>(key: string, read: () => Promise<Value>): Loaded<Value> {
  const value = useSignal<Value | undefined>(undefined);
  const error = useSignal<ApiError | undefined>(undefined);
  const readAt = useSignal(0);
  const state = useRef({ key, isReading: false, isAsked: false, read });
  state.current.read = read;
  const reload = () => {
    const own = state.current;
    if (own.isReading) {
      own.isAsked = true;
      return;
    }
    own.isReading = true;
    const began = own.key;
    own
      .read()
      .then(
        (found) => {
          if (own.key !== began) return;
          value.value = found;
          error.value = undefined;
          readAt.value = serverNow();
        },
        (reason: unknown) => {
          noteRefusal(reason);
          if (own.key === began)
            error.value = reason instanceof ApiError ? reason : new ApiError(String(reason), { cause: reason });
        },
      )
      .finally(() => {
        own.isReading = false;
        if (!own.isAsked) return;
        own.isAsked = false;
        reload();
      });
  };
  useEffect(() => {
    const own = state.current;
    if (own.key !== key) {
      own.key = key;
      own.isAsked = own.isReading;
      value.value = undefined;
      error.value = undefined;
    }
    reload();
  }, [key]);
  return { value, error, readAt, reload };
}
