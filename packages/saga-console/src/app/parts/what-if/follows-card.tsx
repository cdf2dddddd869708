import type { VNode } from "preact";
import { duration, number } from "../../texts/format.ts";
import { whatIf } from "../../texts/what-if/index.ts";
import type { Foretold } from "../../what-if/foretold.ts";
import type { ForetoldCall } from "../../what-if/foretold-call.ts";
import { MarkWord } from "../badge.tsx";
import { EndingWord } from "./ending-word.tsx";

/** The end, why, what the client is told, and every call on the way, as text. */
export function FollowsCard({ foretold }: { readonly foretold: Foretold }): VNode {
  const texts = whatIf.value;
  const { ending, state, why, client, calls, durationMs, isShortened } = foretold;
  return (
    <section class="card" aria-labelledby="what-follows">
      <h2 id="what-follows">{texts.follows}</h2>
      <p class="why" aria-live="polite">
        <EndingWord ending={ending} /> <span class="mono">{state}</span>
      </p>
      {why.map((each) => (
        <p key={each.code} class="quoted">
          {texts.why(each)}
        </p>
      ))}
      <p class="told">
        {texts.client}{" "}
        <strong class="mono">
          {client.status} {client.word}
        </strong>
        {durationMs > 0 && `, ${texts.clientWaits}`}
      </p>
      {durationMs > 0 && <p class="quiet small">{texts.after(duration(durationMs))}</p>}
      <h3 class="small quiet">{texts.calls}</h3>
      {calls.length === 0 && <p>{texts.noCalls}</p>}
      <ol class="foretold-calls">
        {calls.map((call, index) => (
          // Calls never move: their place is what they are.
          <CallLine key={`${index} ${call.step}`} call={call} />
        ))}
      </ol>
      {isShortened && <p class="quiet small">{texts.shortened}</p>}
    </section>
  );
}

const arrows = { run: "↓", rollback: "↑", probe: "?" } as const;

function CallLine({ call: { step, action, outcome, count } }: { readonly call: ForetoldCall }): VNode {
  const texts = whatIf.value;
  const isUndo = action === "rollback";
  return (
    <li>
      <span aria-hidden="true">{arrows[action]}</span> <span class="quiet small">{texts.actions[action]}</span>{" "}
      <span class="mono">{step}</span> <MarkWord mark={isUndo && outcome === "done" ? "undone" : outcome} isUndo={isUndo} />
      {count > 1 && <span class="quiet small"> {texts.times(number(count))}</span>}
    </li>
  );
}
