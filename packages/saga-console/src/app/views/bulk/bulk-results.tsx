import type { VNode } from "preact";
import { type BulkRow, becameOf } from "../../model/bulk.ts";
import { SagaLink } from "../../parts/saga-link.tsx";
import { Then } from "../../parts/then.tsx";
import { number } from "../../texts/format.ts";
import { t } from "../../texts/language.ts";

/** A result for each saga, against what was foretold of it. */
export function BulkResults({ rows }: { readonly rows: readonly BulkRow[] }): VNode {
  const texts = t.value.repair.bulk;
  const count = (kind: BulkRow["state"]["kind"]) => number(rows.filter(({ state }) => state.kind === kind).length);
  return (
    <section class="card" aria-labelledby="bulk-results">
      <h2 id="bulk-results" tabIndex={-1}>
        {texts.results}
      </h2>
      <p class="small quiet">{texts.summary(count("done"), count("refused"), count("unknown"), count("foretold"))}</p>
      <table class="bulk-rows">
        <thead>
          <tr>
            <th scope="col">{t.value.list.saga}</th>
            <th scope="col">{texts.answer}</th>
            <th scope="col">{texts.foretoldWas}</th>
            <th scope="col">{texts.isNow}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.saga.id} data-saga={row.saga.id}>
              <th scope="row">
                <SagaLink id={row.saga.id}>{row.saga.name}</SagaLink>
              </th>
              <td>
                <Result row={row} />
              </td>
              <td class="small">
                <Then consequence={row.foretold} />
              </td>
              <td class="small">
                <Now row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Result({ row: { saga, state } }: { readonly row: BulkRow }): VNode {
  const { repair, desk } = t.value;
  switch (state.kind) {
    case "foretold":
      return <span class="quiet">{repair.bulk.notSent}</span>;
    case "done":
      return state.seq === undefined ? (
        <span class="tone-done">{repair.bulk.recorded(undefined)}</span>
      ) : (
        <SagaLink id={saga.id} at={`event-${state.seq}`}>
          {repair.bulk.recorded(String(state.seq))}
        </SagaLink>
      );
    case "refused":
      return <span class="tone-bad">{desk.notPossible(desk.refusal({ reason: state.reason }))}</span>;
    case "unknown":
      return (
        <SagaLink id={saga.id} at="history" tone="tone-doubt">
          {repair.bulk.unknown}
        </SagaLink>
      );
  }
}

function Now({ row }: { readonly row: BulkRow }): VNode | null {
  const became = becameOf(row);
  if (became === undefined || row.state.kind !== "done" || !row.state.now) return null;
  return (
    <span class={became === "other" ? "tone-bad" : ""}>
      <span class="mono">{row.state.now.state}</span> · {t.value.repair.bulk.became[became]}
    </span>
  );
}
