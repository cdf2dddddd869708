import type { VNode } from "preact";
import type { Mark } from "../model/picture.ts";
import { t } from "../texts/language.ts";
import { wordFor } from "../texts/word-for.ts";
import { Glyph, toneOf } from "./glyph.tsx";

/** The status of a saga. Only what asks for a person is filled. */
export function StatusBadge({ status }: { readonly status: string }): VNode {
  const word = wordFor(t.value.statuses, status);
  return (
    <span class={`badge tone-${toneOf(status)} ${status === "needs_intervention" ? "badge-filled" : ""}`}>
      <Glyph mark={status} />
      {word}
    </span>
  );
}

/** How a call stands, as a sign and a word. */
export function MarkWord({ mark, isUndo = false }: { readonly mark: Mark | "ready"; readonly isUndo?: boolean }): VNode {
  const words = isUndo ? t.value.undoMarks : t.value.marks;
  return (
    <span class={`mark tone-${toneOf(mark)}`}>
      <Glyph mark={mark} /> {wordFor(words, mark)}
    </span>
  );
}
