import type { VNode } from "preact";
import type { Repair } from "../api/overview-reply.ts";
import { t } from "../texts/language.ts";
import { Age } from "./countdown.tsx";
import { paths } from "./paths.ts";

const SHOWN_MAX = 8;

/** What people did last, to any saga: the events that it wrote are a click away. */
export function RepairsCard({ repairs }: { readonly repairs: readonly Repair[] }): VNode {
  const texts = t.value.overview;
  return (
    <section class="card" aria-labelledby="repairs">
      <h2 id="repairs">{texts.repairs}</h2>
      {repairs.length === 0 && <p class="small quiet">{texts.noRepair}</p>}
      <ul class="saga-lines">
        {repairs.slice(0, SHOWN_MAX).map((repair) => (
          <li key={`${repair.saga_id} ${repair.seq}`}>
            <p>
              <strong>{repair.by ?? t.value.repair.somebody}</strong> {texts.did(repair)}{" "}
              <a href={paths.saga(repair.saga_id)}>
                {repair.definition} …{repair.saga_id.slice(-6)}
              </a>{" "}
              <span class="quiet small">
                {texts.event(repair.seq)} · <Age since={repair.at} />
              </span>
            </p>
            {repair.note !== undefined && <blockquote class="quoted small">{repair.note}</blockquote>}
          </li>
        ))}
      </ul>
    </section>
  );
}
