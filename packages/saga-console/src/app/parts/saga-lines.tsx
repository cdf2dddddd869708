import type { VNode } from "preact";
import type { Saga } from "../api/replies.ts";
import { nameOf } from "../model/names.ts";
import { whyOf } from "../model/why.ts";
import { StatusBadge } from "./badge.tsx";
import { Age } from "./countdown.tsx";
import { paths } from "./paths.ts";
import { sentenceOf } from "./sentence-of.ts";

/** Some sagas, each with its name, how long it has stood there, and why in a sentence. */
export function SagaLines({ sagas }: { readonly sagas: readonly Saga[] }): VNode {
  return (
    <ul class="saga-lines">
      {sagas.map((saga) => (
        <li key={saga.saga_id}>
          <a href={paths.saga(saga.saga_id)}>{nameOf(saga)}</a> <StatusBadge status={saga.status} />{" "}
          <span class="quiet small">
            <Age since={saga.phase_since ?? saga.updated_at} />
          </span>
          <p class="small quiet">{shortWhy(saga)}</p>
        </li>
      ))}
    </ul>
  );
}

function shortWhy(saga: Saga): string {
  const [first] = whyOf(saga, []);
  return (first && sentenceOf(first)) ?? saga.state;
}
