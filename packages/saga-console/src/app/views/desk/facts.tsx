import type { VNode } from "preact";
import type { Definition, Saga } from "../../api/replies.ts";
import { askedStep } from "../../model/why.ts";
import { Glyph } from "../../parts/glyph.tsx";
import { t } from "../../texts/language.ts";

/** What is known of a saga that a person is asked about, what is not, and where to look. */
export function Facts({ saga, definition }: { readonly saga: Saga; readonly definition: Definition | undefined }): VNode {
  const texts = t.value.desk;
  const asked = saga.status === "needs_intervention" ? askedStep(saga) : undefined;
  const isDoubt = asked !== undefined && (asked.status === "unknown" || asked.last_error?.outcome === "unknown");
  const participant = definition?.steps.find(({ step }) => step === asked?.step)?.participant ?? "";
  const known = saga.steps.filter(({ status, step }) => (status === "done" || status === "undone") && step !== asked?.step);
  const isUndo = asked?.status === "undoing";
  const numbers = Object.entries({ ...saga.data, ...saga.input }).filter(
    ([, value]) => typeof value === "string" || typeof value === "number",
  );
  return (
    <dl class="facts small">
      <dt>{texts.known}</dt>
      <dd>
        {known.length === 0 && "–"}
        {known.map(({ step, status }) => (
          <div key={step}>
            <Glyph mark={status} /> {status === "done" ? texts.done(step) : texts.undone(step)}
          </div>
        ))}
      </dd>
      <dt>{texts.notKnown}</dt>
      <dd>
        {asked && isDoubt ? (
          <>
            <Glyph mark="unknown" /> {texts.doubt(asked.step, participant, isUndo)}
          </>
        ) : (
          texts.nothingInDoubt
        )}
      </dd>
      {asked && (
        <>
          <dt>{texts.lookAt}</dt>
          <dd>
            {texts.look(participant)}{" "}
            <span class="mono">{numbers.map(([name, value]) => `${name}\u00a0${value}`).join(", ")}</span>
          </dd>
        </>
      )}
    </dl>
  );
}
