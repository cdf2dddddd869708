import type { VNode } from "preact";
import type { Definition } from "../api/replies.ts";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

/** Since when a definition is paused, by whom and why. */
export function PauseWhy({ pause }: { readonly pause: NonNullable<Definition["paused"]> }): VNode {
  const { automatic, since, by, note } = pause;
  const texts = t.value.definitions;
  return (
    <blockquote class="quoted">
      {automatic ? texts.pausedItself(time(since)) : texts.paused(time(since))}
      {by !== undefined && ` · ${by}`}
      {note !== undefined && ` · ${note}`}
    </blockquote>
  );
}
