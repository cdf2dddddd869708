import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { type Loaded, useLoaded } from "./loaded.ts";

/** A part of a page is asked for again by itself after this. */
const AGAIN_MS = 5_000;

/** Reads something that a page needs beside what it is about. After an error it is read again and again, unless the error would only come again. */
export function usePart<Value>(key: string, read: () => Promise<Value>): Loaded<Value> {
  const part = useLoaded(key, read);
  const error = part.error.value;
  useEffect(() => {
    if (!error || !mayPass(error.status)) return;
    const timer = setTimeout(part.reload, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error]);
  return part;
}

/** Whether an error may be over later, as it is. */
function mayPass(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 429 || status === 408;
}

interface PartFailureProps {
  /** What could not be read. */
  readonly what: string;
  readonly part: Pick<Loaded<unknown>, "error" | "readAt" | "reload">;
  /** Whether the page says already that it cannot be read. */
  readonly isSaid?: boolean;
}

/** That a part of a page could not be read, in a line. The rest of the page is as good as before. */
export function PartFailure({ what, part: { error, readAt, reload }, isSaid = false }: PartFailureProps): VNode | null {
  const failed = error.value;
  if (!failed || isSaid) return null;
  const { error: texts } = t.value;
  const at = readAt.value > 0 ? time(readAt.value) : undefined;
  return (
    <div class="notice notice-bad small" role="status">
      <p>{texts.part(what, failed.message, at)}</p>
      <button type="button" onClick={reload}>
        {texts.again}
      </button>
    </div>
  );
}
