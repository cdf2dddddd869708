import type { VNode } from "preact";
import type { Definition, Saga } from "../api/replies.ts";
import { definitionOf, nameOf } from "../model/names.ts";
import { whyOf } from "../model/why.ts";
import { t } from "../texts/language.ts";
import { StatusBadge } from "./badge.tsx";
import { Age } from "./countdown.tsx";
import { paths } from "./paths.ts";

/** Some sagas, each with its name, how long it has stood there, and why in a sentence. */
export function SagaLines({
  sagas,
  definitions,
}: {
  readonly sagas: readonly Saga[];
  readonly definitions: readonly Definition[];
}): VNode {
  return (
    <ul class="saga-lines">
      {sagas.map((saga) => (
        <li key={saga.saga_id}>
          <a href={paths.saga(saga.saga_id)}>{nameOf(saga)}</a> <StatusBadge status={saga.status} />{" "}
          <span class="quiet small">
            <Age since={saga.updated_at} />
          </span>
          <p class="small quiet">{shortWhy(saga, definitions)}</p>
        </li>
      ))}
    </ul>
  );
}

function shortWhy(saga: Saga, definitions: readonly Definition[]): string {
  const [first] = whyOf(saga, [], definitionOf(saga, definitions));
  if (!first || first.code === "asks") return saga.state;
  return t.value.why(first);
}
