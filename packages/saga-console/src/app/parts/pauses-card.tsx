import type { VNode } from "preact";
import type { PausedDefinition } from "../api/overview-reply.ts";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { paths } from "./paths.ts";

/** The definitions that start no saga at present: since when, by whom and why. */
export function PausesCard({ paused }: { readonly paused: readonly PausedDefinition[] }): VNode {
  const texts = t.value.overview;
  const words = t.value.definitions;
  return (
    <section class={paused.length === 0 ? "card" : "card card-paused"} aria-labelledby="pauses">
      <h2 id="pauses">{texts.pauses}</h2>
      {paused.length === 0 && <p class="small quiet">{texts.noPause}</p>}
      <ul class="saga-lines">
        {paused.map(({ definition, since, automatic, by, note }) => (
          <li key={definition}>
            <p>
              <a class="mono" href={paths.definitions}>
                {definition}
              </a>{" "}
              <span class="small">{automatic ? words.pausedItself(time(since)) : words.paused(time(since))}</span>
              {by !== undefined && <span class="small"> · {by}</span>}
            </p>
            {note !== undefined && <blockquote class="quoted quoted-paused small">{note}</blockquote>}
          </li>
        ))}
      </ul>
    </section>
  );
}
