import type { VNode } from "preact";
import { root } from "../api/client.ts";
import { mayOperate, session } from "../api/who.ts";
import { curlOf } from "../model/curl.ts";
import { number } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { BulkButton } from "./bulk-button.tsx";
import { CopyButton } from "./copy-button.tsx";
import type { Marked } from "./saga-rows.tsx";
import { hasSingleKeys } from "./theme.ts";

interface RowCountProps {
  /** The number of the first row, from 1. */
  readonly from: number;
  readonly count: number;
  /** How many the list has; undefined: that is not known. */
  readonly total: number | undefined;
  /** Whether these are all rows of the list. */
  readonly isWhole: boolean;
  readonly marked: Marked;
}

/** Which rows are shown, how many are marked, and what may be done with those. */
export function RowCount({ from, count, total, isWhole, marked }: RowCountProps): VNode {
  const texts = t.value.list;
  const curls = () =>
    [...marked.value.keys()].map((id) => curlOf(`${location.origin}${root}/sagas/${id}`, session.value?.needs_token === true));
  return (
    <p class="row-count small quiet">
      <span role="status">{texts.shown(isWhole ? number(count) : rangeOf(from, count, total), marked.value.size)}</span>
      {marked.value.size > 0 && (
        <>
          {mayOperate.value && <BulkButton sagas={[...marked.value.values()]} />}
          <CopyButton label={texts.curl} text={() => curls().join("\n")} />
          <button type="button" onClick={() => (marked.value = new Map())}>
            {texts.clear}
          </button>
        </>
      )}
      {hasSingleKeys.value && <span class="keys">{texts.keys}</span>}
    </p>
  );
}

/** The numbers of the rows that are shown. */
function rangeOf(from: number, count: number, total: number | undefined): string {
  const to = from + count - 1;
  return t.value.list.range(number(from), number(to), total === undefined || total < to ? undefined : number(total));
}
