import type { VNode } from "preact";
import type { Saga } from "../api/replies.ts";
import type { Reason } from "../model/why.ts";
import { t } from "../texts/language.ts";
import { Quoted } from "./ladder-view.tsx";

/** Why a saga is where it is, in words, with the events that show it. */
export function WhyCard({ saga, reasons }: { readonly saga: Saga; readonly reasons: readonly Reason[] }): VNode {
  const texts = t.value.saga;
  const isTold = reasons.every(({ code }) => code !== "asks");
  return (
    <section class="card" aria-labelledby="why">
      <h2 id="why">{texts.why}</h2>
      {reasons.map((reason) => (
        <div key={reason.code} class="why">
          <p>
            {t.value.why(reason)}{" "}
            {reason.evidence.map((seq) => (
              <a key={seq} class="chip" href={`#event-${seq}`} aria-label={texts.evidence(seq)}>
                {seq}
              </a>
            ))}
          </p>
          {reason.words !== undefined && <Quoted by={"participant" in reason ? reason.participant : ""} words={reason.words} />}
        </div>
      ))}
      {saga.explanation !== undefined && (
        <details class="fold" open={!isTold}>
          <summary>{texts.apiWords}</summary>
          <p lang="en" class="small">
            {saga.explanation}
          </p>
        </details>
      )}
    </section>
  );
}
