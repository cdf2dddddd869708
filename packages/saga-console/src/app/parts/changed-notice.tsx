import type { VNode } from "preact";
import { number } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import type { Changes } from "./use-changes.ts";

/** How many sagas have changed, and a button that shows them. It is drawn apart from the rows, which stay as they are. */
export function ChangedNotice({
  changes: { count, isFull, isUnsure },
  onShow,
}: {
  readonly changes: Changes;
  readonly onShow: () => void;
}): VNode {
  const texts = t.value.list;
  const told = number(count.value);
  return (
    <div class="changes" role="status">
      {(count.value > 0 || isUnsure.value) && (
        <button type="button" class="primary" onClick={onShow}>
          {isUnsure.value ? texts.showMissed : texts.showAgain(isFull.value ? texts.isMore(told) : told)}
        </button>
      )}
    </div>
  );
}
