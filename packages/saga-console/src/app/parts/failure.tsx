import type { VNode } from "preact";
import type { ApiError } from "../api/client.ts";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

interface FailureProps {
  readonly error: ApiError | undefined;
  /** When what is shown was read, in epoch milliseconds; 0: nothing is shown. */
  readonly readAt: number;
  readonly onAgain: () => void;
}

/** That something could not be read. What was read before stays, dated. */
export function Failure({ error, readAt, onAgain }: FailureProps): VNode | null {
  if (!error) return null;
  const { error: texts } = t.value;
  return (
    <div class="notice notice-bad" role="alert">
      <p>{readAt > 0 && error.status === undefined ? `${texts.stale} ${time(readAt)}.` : `${texts.load} ${error.message}`}</p>
      <button type="button" onClick={onAgain}>
        {texts.again}
      </button>
    </div>
  );
}
