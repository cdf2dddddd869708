import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { previewSignal, type SignalPreview, sendSignal } from "../../api/repair.ts";
import type { Definition, Saga } from "../../api/replies.ts";
import { mayOperate, noteRefusal } from "../../api/who.ts";
import { type Answer, answerOf, previewAnswerOf } from "../../model/answer.ts";
import { objectBySchema, type Written } from "../../model/json-form.ts";
import { signalledSteps } from "../../model/signalled-steps.ts";
import { markOf, StillSame } from "../../model/still-same.ts";
import { AnswerNote } from "../../parts/answer-note.tsx";
import { JsonForm } from "../../parts/json-form.tsx";
import { t } from "../../texts/language.ts";
import { SignalConfirmation } from "./signal-confirmation.tsx";

interface SignalFormProps {
  readonly saga: Saga;
  readonly definition: Definition | undefined;
  readonly onChanged: () => void;
}

/** What is sent, and what it would be. */
interface Asked {
  readonly step: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly preview: SignalPreview;
  readonly still: StillSame;
}

/** A signal in the place of its sender: what it would lead to is asked for before it is sent. */
export function SignalForm({ saga, definition, onChanged }: SignalFormProps): VNode | null {
  const texts = t.value.repair.signal;
  const chosen = useSignal<string | undefined>(undefined);
  const written = useSignal<Written>({});
  const hasTried = useSignal(false);
  const asked = useSignal<Asked | undefined>(undefined);
  const answer = useSignal<Answer | undefined>(undefined);
  const became = useSignal<string | undefined>(undefined);
  const steps = signalledSteps(saga, definition);
  const target = steps.find(({ step }) => step === chosen.value) ?? steps[0];
  const isWriting = Object.values(written.value).some((text) => text !== "");
  useEffect(() => {
    asked.value?.still.at(markOf(saga)).catch(() => undefined);
  }, [asked.value, markOf(saga)]);
  if (!mayOperate.value || (!target && !isWriting && !answer.value && !asked.value)) return null;
  const made = objectBySchema(target?.schema, written.value);
  const look = async () => {
    hasTried.value = true;
    if (!target || !("value" in made)) return;
    const { step } = target;
    try {
      const compute = async () => await previewSignal(saga.saga_id, step, made.value);
      const preview = await compute();
      asked.value = { step, value: made.value, preview, still: new StillSame(markOf(saga), preview, compute) };
      answer.value = undefined;
    } catch (error) {
      noteRefusal(error);
      answer.value = previewAnswerOf(error);
    }
  };
  const send = async ({ step, value }: Asked) => {
    try {
      const { event_seq: seq, signal } = await sendSignal(saga.saga_id, step, value);
      became.value = signal;
      answer.value = { kind: "written", seq };
      written.value = {};
      hasTried.value = false;
    } catch (error) {
      noteRefusal(error);
      answer.value = answerOf(error);
    }
    asked.value = undefined;
    onChanged();
  };
  const isWaiting = saga.steps.some(({ step, status }) => step === target?.step && status === "waiting");
  const isRepeated = answer.value?.kind === "written" && became.value === "repeated";
  return (
    <details class="fold" open={isWaiting || answer.value !== undefined || asked.value !== undefined}>
      <summary>{texts.title}</summary>
      {target && (
        <form
          class="choices"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            look().catch(() => undefined);
          }}
        >
          <p class="small quiet">{texts.explain}</p>
          <p class="field">
            <label for="signal-step">{texts.to}</label>
            <select
              id="signal-step"
              value={target.step}
              onChange={({ currentTarget }) => {
                chosen.value = currentTarget.value;
                written.value = {};
              }}
            >
              {steps.map(({ step }) => (
                <option key={step} value={step}>
                  {step}
                </option>
              ))}
            </select>
          </p>
          <JsonForm legend={texts.title} id="signal" schema={target.schema} written={written} hasTried={hasTried.value} />
          <p class="submit">
            <button type="submit">{texts.look}</button>
            <span class="quiet small">{t.value.desk.beforeConfirm}</span>
          </p>
        </form>
      )}
      {answer.value?.kind === "written" && became.value !== undefined && (
        <p class="small">{texts.was[became.value] ?? became.value}</p>
      )}
      {answer.value && !isRepeated && <AnswerNote answer={answer.value} />}
      {asked.value && (
        <SignalConfirmation
          saga={saga}
          step={asked.value.step}
          value={asked.value.value}
          preview={asked.value.preview}
          sameness={asked.value.still.state.value}
          onBack={() => {
            asked.value = undefined;
          }}
          onConfirm={async () => {
            if (asked.value) await send(asked.value);
          }}
        />
      )}
    </details>
  );
}
