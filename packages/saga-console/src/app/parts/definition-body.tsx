import type { VNode } from "preact";
import type { Definition } from "../api/replies.ts";
import { t } from "../texts/language.ts";
import { PolicyFacts } from "./policy-facts.tsx";

/** The steps of a version of a definition, and folded below them its arrows and its policy. */
export function DefinitionBody({ definition }: { readonly definition: Definition }): VNode {
  const texts = t.value.definitions;
  const { kinds } = t.value;
  return (
    <>
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
          {definition.steps.map(({ step, kind, participant, keyed, state, waits }) => (
            <tr key={step} class={kind === "pivot" ? "row-pivot" : ""}>
              <th scope="row" class="mono">
                {step}
              </th>
              <td>{kinds[kind] ?? kind}</td>
              <td>
                {waits ? (
                  <span class="quiet">{texts.waits}</span>
                ) : (
                  <>
                    {participant} <span class="quiet small">{keyed ? texts.keyed : texts.unkeyed}</span>
                  </>
                )}
              </td>
              <td class="mono small">{state ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details class="fold">
        <summary>{texts.transitions}</summary>
        <ul class="mono small">
          {definition.transitions.map(({ from, event, to }) => (
            <li key={`${from} ${event}`}>
              {from} → {to} <span class="quiet">({event})</span>
            </li>
          ))}
        </ul>
      </details>
      <details class="fold">
        <summary>{texts.policy}</summary>
        <PolicyFacts definition={definition} />
      </details>
    </>
  );
}
