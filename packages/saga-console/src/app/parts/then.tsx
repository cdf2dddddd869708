import type { VNode } from "preact";
import type { Consequence } from "../api/replies.ts";
import { t } from "../texts/language.ts";

/** What would follow: the calls, in order, and the end. */
export function Then({ consequence }: { readonly consequence: Consequence | undefined }): VNode {
  const texts = t.value.desk;
  if (!consequence) return <>–</>;
  const { calls, state, status } = consequence;
  return (
    <span class="then">
      {calls.length === 0 ? texts.nothingSent : null}
      {calls.map(({ step, action }, index) => (
        // The same call may come twice.
        <span key={`${index} ${step}`}>
          {index > 0 && " → "}
          <span class={action === "rollback" ? "tone-undo" : ""}>
            {texts.calls[action] ?? action} <span class="mono">{step}</span>
          </span>
        </span>
      ))}{" "}
      → <span class="mono strong">{state}</span>
      {status === "needs_intervention" && ` (${texts.stays})`}
    </span>
  );
}

/** Where it ends, in short, for a button. */
export function endOf(consequence: Consequence | undefined): string {
  if (!consequence) return "…";
  return consequence.status === "needs_intervention" ? t.value.desk.stays : consequence.state;
}

/** A choice in the words of the page. */
export function labelOf(choice: string): string {
  return t.value.desk.choices[choice] ?? choice;
}
