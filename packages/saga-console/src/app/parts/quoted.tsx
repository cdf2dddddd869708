import type { VNode } from "preact";
import { t } from "../texts/language.ts";

const WORDS_LENGTH_MAX = 300;

/** The words of others are marked as theirs, and cut: nobody else says them. */
export function Quoted({ by, words }: { readonly by: string; readonly words: string }): VNode {
  return (
    <blockquote class="quoted" title={by === "" ? undefined : t.value.saga.says(by)}>
      {by !== "" && <span class="quiet">{`${by}${t.value.colon} `}</span>}
      <span class="mono">{cut(words)}</span>
    </blockquote>
  );
}

export function cut(words: string): string {
  return words.length > WORDS_LENGTH_MAX ? `${words.slice(0, WORDS_LENGTH_MAX)}…` : words;
}
