import type { VNode } from "preact";
import type { Choice } from "../../api/replies.ts";
import { Countdown } from "../../parts/countdown.tsx";
import { labelOf, Then } from "../../parts/then.tsx";
import { time } from "../../texts/format.ts";
import { t } from "../../texts/language.ts";

interface ChoiceCardProps {
  readonly choice: Choice;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** One thing that may be done, and what follows; or why it may not, and from when it may. */
export function ChoiceCard({ choice, isChosen, onChoose }: ChoiceCardProps): VNode {
  const texts = t.value.desk;
  const { allowed, allowed_from: from, consequence } = choice;
  return (
    <label class={`choice ${isChosen ? "choice-chosen" : ""} ${allowed ? "" : "choice-refused"}`}>
      <input type="radio" name="choice" value={choice.choice} checked={isChosen} disabled={!allowed} onChange={onChoose} />
      <span class="choice-text">
        <strong>{labelOf(choice.choice)}</strong>
        {!allowed && <span class="small">{texts.notPossible(texts.refusal(choice))}</span>}
        {from !== undefined && (
          <span class="small">
            {texts.from(time(from))} <Countdown until={from} />
          </span>
        )}
        {(allowed || consequence) && (
          <span class="small">
            {texts.follows}
            {t.value.colon} <Then consequence={consequence} />
          </span>
        )}
      </span>
    </label>
  );
}
