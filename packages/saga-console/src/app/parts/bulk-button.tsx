import type { VNode } from "preact";
import { useLocation } from "preact-iso";
import type { Saga } from "../api/replies.ts";
import { CHOSEN_MAX, chosenFrom } from "../model/bulk.ts";
import { number } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { chosenSagas } from "./chosen-sagas.ts";
import { paths } from "./paths.ts";

/** Leads to the repair of the sagas that are marked. */
export function BulkButton({ sagas }: { readonly sagas: readonly Saga[] }): VNode | null {
  const { route } = useLocation();
  const texts = t.value.repair.bulk;
  if (sagas.length === 0) return null;
  return (
    <>
      <button
        type="button"
        onClick={() => {
          chosenSagas.set(sagas.map(chosenFrom));
          route(paths.bulk);
        }}
      >
        {texts.open(number(sagas.length))}
      </button>
      {sagas.length > CHOSEN_MAX && <span class="small">{texts.tooMany(number(CHOSEN_MAX))}</span>}
    </>
  );
}
