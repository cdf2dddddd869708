import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { type Outcome, outcomesOf, toSend } from "../../model/bulk.ts";
import type { BulkRun } from "../../model/bulk-run.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SagaLink } from "../../parts/saga-link.tsx";
import { labelOf, Then } from "../../parts/then.tsx";
import { number, time } from "../../texts/format.ts";
import { t } from "../../texts/language.ts";
import type { BulkDraft } from "./use-bulk-draft.ts";

interface BulkPreviewProps {
  readonly draft: BulkDraft;
  readonly run: BulkRun;
}

/** What would become of each saga, by outcome, and the button that names it. */
export function BulkPreview({ draft, run }: BulkPreviewProps): VNode {
  const texts = t.value.repair.bulk;
  const isAsking = useSignal(false);
  const outcomes = outcomesOf(run.rows.value);
  const possible = outcomes.filter(({ reason }) => reason === undefined);
  const count = number(toSend(run.rows.value).length);
  const act = texts.act(labelOf(run.plan.value?.choice ?? ""), count);
  const back = () => {
    isAsking.value = false;
  };
  return (
    <section class="card" aria-labelledby="bulk-preview">
      <h2 id="bulk-preview">{texts.foretold}</h2>
      <Outcomes outcomes={outcomes} />
      {possible.length === 0 ? (
        <p class="notice">{texts.nobody}</p>
      ) : (
        <p class="submit">
          <button
            type="button"
            class="primary"
            onClick={() => {
              isAsking.value = draft.note.value.trim() !== "";
              draft.hasTried.value = true;
            }}
          >
            {act}
          </button>
        </p>
      )}
      {isAsking.value && (
        <Dialog title={act.replace(/…$/, "")} onClose={back}>
          <ul class="outcomes">
            {possible.map(({ key, foretold, rows }) => (
              <li key={key}>
                <strong>{number(rows.length)}</strong>
                {t.value.colon} <Then consequence={foretold} />
              </li>
            ))}
          </ul>
          <blockquote class="quoted">{draft.note.value}</blockquote>
          <p class="small quiet">{texts.confirmTells(count)}</p>
          <p class="dialog-actions">
            <button type="button" onClick={back}>
              {t.value.desk.back}
            </button>
            <button
              type="button"
              class="primary"
              onClick={() => {
                back();
                run.go(draft.note.value).catch(() => undefined);
              }}
            >
              {act.replace(/…$/, "")}
            </button>
          </p>
        </Dialog>
      )}
    </section>
  );
}

function Outcomes({ outcomes }: { readonly outcomes: readonly Outcome[] }): VNode {
  const { colon, desk, repair } = t.value;
  return (
    <ul class="outcomes">
      {outcomes.map(({ key, foretold, reason, from, rows }) => (
        <li key={key}>
          <details>
            <summary>
              {reason === undefined ? (
                <>
                  <strong>{number(rows.length)}</strong> · {desk.follows}
                  {colon} <Then consequence={foretold} />
                </>
              ) : (
                <>
                  <strong>{repair.bulk.refusedCount(number(rows.length))}</strong> · {desk.refusal({ reason })}
                  {from !== undefined && ` · ${desk.from(time(from))}`}
                </>
              )}
            </summary>
            <ul class="chosen small">
              {rows.map(({ saga }) => (
                <li key={saga.id}>
                  <SagaLink id={saga.id}>{saga.name}</SagaLink>
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}
