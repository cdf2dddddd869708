import type { VNode } from "preact";
import type { Saga } from "../api/replies.ts";
import type { Reason } from "../model/why.ts";
import { t } from "../texts/language.ts";
import { Quoted } from "./quoted.tsx";
import { sentenceOf } from "./sentence-of.ts";

/** Why a saga is where it is, in words, with the events that show it. A reason that this console does not know is left to the API's words. */
export function WhyCard({ saga, reasons }: { readonly saga: Saga; readonly reasons: readonly Reason[] }): VNode {
  const texts = t.value.saga;
  const { details } = t.value;
  const told = reasons.filter((reason) => sentenceOf(reason) !== undefined);
  const isWhole = told.length === reasons.length && (told.length > 0 || saga.explanation === undefined);
  return (
    <section class="card" aria-labelledby="why">
      <h2 id="why">{texts.why}</h2>
      {told.map((reason, index) => (
        <WhyText key={`${index} ${reason.code}`} reason={reason} definition={saga.definition} />
      ))}
      {!isWhole && <p class="why">{details.toldBelow}</p>}
      {saga.explanation !== undefined && (
        <details class="fold" open={!isWhole}>
          <summary>{texts.apiWords}</summary>
          <p lang="en" class="small">
            {saga.explanation}
          </p>
        </details>
      )}
    </section>
  );
}

function WhyText({ reason, definition }: { readonly reason: Reason; readonly definition: string }): VNode {
  const { about, evidence, seen, known } = reason;
  return (
    <div class="why">
      <p>
        {sentenceOf(reason)}
        {/* No line break here: a number alone on a line belongs to nothing. */}
        {"\u00a0"}
        {evidence.map((seq) => (
          <a key={seq} class="chip" href={`#event-${seq}`} aria-label={t.value.saga.evidence(seq)}>
            {seq}
          </a>
        ))}
      </p>
      {seen !== "" && <Quoted by={about.participant} words={seen} />}
      {known !== "" && <Quoted by={t.value.details.knownBy(definition)} words={known} />}
    </div>
  );
}
