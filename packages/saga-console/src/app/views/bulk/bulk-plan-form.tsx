import type { VNode } from "preact";
import type { ChosenSaga } from "../../model/bulk.ts";
import type { BulkPlan, BulkRun } from "../../model/bulk-run.ts";
import { NoteField } from "../../parts/note-field.tsx";
import { labelOf } from "../../parts/then.tsx";
import { t } from "../../texts/language.ts";
import { type BulkDraft, planOf, stepOf } from "./use-bulk-draft.ts";

interface BulkPlanFormProps {
  readonly chosen: readonly ChosenSaga[];
  readonly draft: BulkDraft;
  readonly run: BulkRun;
}

const choices: readonly BulkPlan["choice"][] = ["retry", "cancel", "applied", "not-applied"];

/** What is to be done with each of many sagas, and why. It is fixed as soon as something is sent. */
export function BulkPlanForm({ chosen, draft, run }: BulkPlanFormProps): VNode {
  const texts = t.value.repair.bulk;
  const steps = [...new Set(chosen.map(({ step }) => step))].filter((step) => step !== "");
  const phase = run.phase.value;
  const isPlanning = phase === "planning" || phase === "previewing" || phase === "previewed";
  // While the preview is computed nothing may be chosen: what is confirmed is what was previewed.
  const isFixed = phase !== "planning" && phase !== "previewed";
  const isAnswer = draft.choice.value === "applied" || draft.choice.value === "not-applied";
  const plan = planOf(draft, steps);
  const preview = (event: Event) => {
    event.preventDefault();
    draft.hasTried.value = true;
    if (plan) run.preview(chosen, plan).catch(() => undefined);
  };
  return (
    <form class="choices" onSubmit={preview} noValidate>
      <fieldset disabled={isFixed}>
        <legend>{texts.what}</legend>
        {choices.map((choice) => {
          const isPossible = steps.length > 0 || choice === "retry" || choice === "cancel";
          return (
            <label
              key={choice}
              class={`choice ${draft.choice.value === choice ? "choice-chosen" : ""} ${isPossible ? "" : "choice-refused"}`}
            >
              <input
                type="radio"
                name="bulk-choice"
                checked={draft.choice.value === choice}
                disabled={!isPossible}
                onChange={() => {
                  draft.choice.value = choice;
                  run.reset();
                }}
              />
              <span class="choice-text">
                <strong>{labelOf(choice)}</strong>
                {!isPossible && <span class="small">{texts.needsStep}</span>}
              </span>
            </label>
          );
        })}
        {isAnswer && (
          <p class="field">
            <label for="bulk-step">{t.value.repair.step}</label>
            <select
              id="bulk-step"
              value={stepOf(draft.step.value, steps)}
              onChange={({ currentTarget }) => {
                draft.step.value = currentTarget.value;
                run.reset();
              }}
            >
              {steps.map((step) => (
                <option key={step} value={step}>
                  {step}
                </option>
              ))}
            </select>
          </p>
        )}
        <NoteField id="bulk-note" note={draft.note} hasTried={draft.hasTried.value} />
      </fieldset>
      {isPlanning && (
        <p class="submit">
          <button
            type="submit"
            class={phase === "previewed" ? "" : "primary"}
            disabled={draft.choice.value === undefined || phase === "previewing"}
          >
            {phase === "previewed" ? texts.previewAgain : texts.preview}
          </button>
          <span class="quiet small">{t.value.desk.beforeConfirm}</span>
        </p>
      )}
    </form>
  );
}
