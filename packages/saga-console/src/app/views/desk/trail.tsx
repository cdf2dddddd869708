import type { VNode } from "preact";
import type { SagaEvent } from "../../api/replies.ts";
import { repairsOf } from "../../model/trail.ts";
import { labelOf } from "../../parts/then.tsx";
import { time } from "../../texts/format.ts";
import { t } from "../../texts/language.ts";

/** What people did to this saga: who, when, what and why. */
export function Trail({ events }: { readonly events: readonly SagaEvent[] }): VNode | null {
  const repairs = repairsOf(events);
  if (repairs.length === 0) return null;
  return (
    <>
      <h3 id="trail" class="small quiet">
        {t.value.desk.trail}
      </h3>
      <ol class="trail small" aria-labelledby="trail">
        {repairs.map(({ seq, at, what, step, by, note }) => (
          <li key={seq}>
            <a class="chip" href={`#event-${seq}`} aria-label={t.value.saga.evidence(seq)}>
              {seq}
            </a>{" "}
            <time dateTime={at}>{time(at)}</time> <strong>{by ?? t.value.repair.somebody}</strong>
            {t.value.colon} {labelOf(what)}
            {step !== undefined && (
              <>
                {" "}
                <span class="mono">{step}</span>
              </>
            )}
            {note !== undefined && (
              <>
                {" "}
                <q>{note}</q>
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
