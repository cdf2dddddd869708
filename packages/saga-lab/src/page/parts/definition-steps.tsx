import type { VNode } from "preact";
import { readDefinitions } from "saga-console/app/api/client.ts";
import { useLoaded } from "saga-console/app/parts/loaded.ts";
import { t } from "saga-console/app/texts/language.ts";
import { lab } from "../model/lab-store.ts";
import { texts } from "../texts/language.ts";

/** The steps of the order saga as the orchestrator has them now: a step that was added is seen here before an order takes it. */
export function DefinitionSteps(): VNode | null {
  const definitions = useLoaded(`definitions ${lab.value?.starts ?? 0}`, readDefinitions);
  const versions = definitions.value.value?.filter(({ definition }) => definition === "order") ?? [];
  const newest = versions.toSorted((one, other) => other.version - one.version)[0];
  if (!newest) return null;
  const { definition } = texts.value;
  return (
    <section class="card" aria-labelledby="definition">
      <h2 id="definition">{definition.title(newest.version)}</h2>
      <ol class="step-names">
        {newest.steps.map(({ step, kind, participant }) => (
          <li key={step}>
            <strong class="mono">{step}</strong>{" "}
            <span class="small quiet">
              {participant} · {t.value.kinds[kind] ?? kind}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
