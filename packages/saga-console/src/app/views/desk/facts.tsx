import type { VNode } from "preact";
import type { Definition, Saga } from "../../api/replies.ts";
import { askedStep } from "../../model/why.ts";
import { Glyph } from "../../parts/glyph.tsx";
import { t } from "../../texts/language.ts";

/** What is known of a saga, what is not, and where to look. */
export function Facts({ saga, definition }: { readonly saga: Saga; readonly definition: Definition | undefined }): VNode {
  const texts = t.value.desk;
  const doubted = saga.steps.find(({ in_doubt_since: since }) => since !== undefined);
  const asked = saga.status === "needs_intervention" ? askedStep(saga) : doubted;
  const isDoubt =
    asked !== undefined && (asked === doubted || asked.status === "unknown" || asked.last_error?.outcome === "unknown");
  const participant = definition?.steps.find(({ step }) => step === asked?.step)?.participant ?? "";
  const known = saga.steps.filter(({ run }) => run === "done");
  const isUndo = asked?.action === "rollback";
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
            <Glyph mark={status === "undone" ? status : "done"} /> {status === "undone" ? texts.undone(step) : texts.done(step)}
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
