import type { VNode } from "preact";
import { whatIf } from "../../texts/what-if/index.ts";
import type { Ending } from "../../what-if/foretold.ts";
import { Glyph, toneOf } from "../glyph.tsx";

/** How a saga ends, as a sign and a word. */
export function EndingWord({ ending }: { readonly ending: Ending }): VNode {
  return (
    <span class={`mark tone-${toneOf(ending)}`}>
      <Glyph mark={ending} /> {whatIf.value.endings[ending]}
    </span>
  );
}
