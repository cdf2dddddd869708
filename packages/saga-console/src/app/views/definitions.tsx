import type { VNode } from "preact";
import { readDefinitions } from "../api/client.ts";
import type { Definition } from "../api/replies.ts";
import { mayOperate } from "../api/who.ts";
import { Failure } from "../parts/failure.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { PauseButton } from "../parts/pause-button.tsx";
import { PauseWhy } from "../parts/pause-why.tsx";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";

/** The kinds of sagas: their steps, and their pauses. */
export function Definitions(): VNode {
  const texts = t.value.definitions;
  const found = useLoaded("definitions", readDefinitions);
  return (
    <>
      <ViewTitle text={texts.title} />
      <Failure error={found.error.value} readAt={found.readAt.value} onAgain={found.reload} />
      {(found.value.value ?? []).map((definition) => (
        <DefinitionCard key={definition.definition} definition={definition} onChanged={found.reload} />
      ))}
    </>
  );
}

function DefinitionCard({ definition, onChanged }: { readonly definition: Definition; readonly onChanged: () => void }): VNode {
  const { definition: name, version, steps, transitions, paused } = definition;
  const texts = t.value.definitions;
  const { kinds } = t.value;
  return (
    <section class={paused ? "card card-paused" : "card"} aria-labelledby={`definition-${name}`}>
      <header class="card-head">
        <h2 id={`definition-${name}`} class="mono">
          {name}
        </h2>
        <span class="quiet small">{t.value.saga.version(version)}</span>
        {mayOperate.value && <PauseButton definition={definition} onChanged={onChanged} />}
      </header>
      {paused && <PauseWhy pause={paused} />}
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">{texts.steps}</th>
            <th scope="col">{texts.kind}</th>
            <th scope="col">{texts.participant}</th>
            <th scope="col">{t.value.list.state}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ step, kind, participant, keyed, state }) => (
            <tr key={step} class={kind === "pivot" ? "row-pivot" : ""}>
              <th scope="row" class="mono">
                {step}
              </th>
              <td>{kinds[kind] ?? kind}</td>
              <td>
                {participant} <span class="quiet small">{keyed ? texts.keyed : texts.unkeyed}</span>
              </td>
              <td class="mono small">{state ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details class="fold">
        <summary>{texts.transitions}</summary>
        <ul class="mono small">
          {transitions.map(({ from, event, to }) => (
            <li key={`${from} ${event}`}>
              {from} → {to} <span class="quiet">({event})</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
