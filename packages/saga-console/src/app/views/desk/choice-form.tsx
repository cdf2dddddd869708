import { type Signal, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { type Operation, perform, readChoices } from "../../api/client.ts";
import type { Choice, Definition, Saga } from "../../api/replies.ts";
import { mayOperate, noteRefusal } from "../../api/who.ts";
import { type Answer, answerOf } from "../../model/answer.ts";
import { fieldsOf, objectBySchema } from "../../model/json-form.ts";
import { isAboutSameStep, operationOf } from "../../model/operation.ts";
import { markOf, type Sameness, StillSame } from "../../model/still-same.ts";
import { askedStep } from "../../model/why.ts";
import { JsonForm } from "../../parts/json-form.tsx";
import { NoRole } from "../../parts/no-role.tsx";
import { givenName, NoteField } from "../../parts/note-field.tsx";
import { endOf, labelOf } from "../../parts/then.tsx";
import { t } from "../../texts/language.ts";
import { ChoiceCard } from "./choice-card.tsx";
import { Confirmation } from "./confirmation.tsx";
import { clear, type Draft } from "./draft.ts";

interface ChoiceFormProps {
  readonly saga: Saga;
  readonly definition: Definition | undefined;
  readonly offered: readonly Choice[];
  readonly draft: Draft;
  readonly answer: Signal<Answer | undefined>;
  readonly onChanged: () => void;
}

/** What a person is asked to confirm. Just this is sent, whatever the saga is by then. */
interface Asked {
  readonly choice: Choice;
  readonly operation: Operation;
  readonly still: StillSame;
}

/** What may be done, and what a person must write before it is. */
export function ChoiceForm({ saga, definition, offered, draft, answer, onChanged }: ChoiceFormProps): VNode {
  const texts = t.value.desk;
  const asking = useSignal<Asked | undefined>(undefined);
  const asked = asking.value;
  const choice = offered.find((each) => each.choice === draft.chosen.value && each.allowed);
  const schema = resultSchema(saga, definition);
  const gives = choice?.choice === "applied" && askedStep(saga)?.status === "unknown" && !isOfNothing(schema);
  const made = gives ? objectBySchema(schema, draft.result.value) : { value: {} };
  const ask = (event: Event) => {
    event.preventDefault();
    draft.hasTried.value = true;
    if (!choice || draft.note.value.trim() === "" || !("value" in made)) return;
    const written = { note: draft.note.value, by: givenName(), result: made.value };
    const operation = operationOf(choice.choice, saga, written);
    if (operation) asking.value = { choice, operation, still: stillOf(saga, choice) };
    else answer.value = { kind: "refused", detail: choice.choice };
  };
  useEffect(() => {
    asked?.still.at(markOf(saga)).catch(() => undefined);
  }, [asked, markOf(saga)]);
  const send = async ({ operation }: Asked) => {
    answer.value = await performed(saga.saga_id, operation);
    asking.value = undefined;
    // After a refusal what was written stays: it may be sent again, or by somebody else.
    if (answer.value.kind === "written") clear(draft);
    onChanged();
  };
  return (
    <form class="choices" onSubmit={ask} noValidate>
      <fieldset>
        <legend>{texts.choose}</legend>
        {offered.map((each) => (
          <ChoiceCard
            key={each.choice}
            choice={each}
            isChosen={draft.chosen.value === each.choice && each.allowed}
            onChoose={() => {
              draft.chosen.value = each.choice;
              answer.value = undefined;
            }}
          />
        ))}
      </fieldset>
      {mayOperate.value ? (
        <>
          {gives && (
            <JsonForm
              legend={t.value.repair.fields.gave(askedStep(saga)?.step ?? "")}
              id="result"
              schema={schema}
              written={draft.result}
              hasTried={draft.hasTried.value}
            />
          )}
          <NoteField id="note" note={draft.note} hasTried={draft.hasTried.value} />
          <p class="submit">
            <button type="submit" class="primary" disabled={!choice}>
              {choice ? texts.act(labelOf(choice.choice), endOf(choice.consequence)) : texts.chooseFirst}
            </button>
            <span class="quiet small">{texts.beforeConfirm}</span>
          </p>
        </>
      ) : (
        <NoRole />
      )}
      {asked && (
        <Confirmation
          saga={saga}
          choice={asked.choice}
          sameness={samenessOf(asked, choice, saga)}
          note={draft.note.value}
          onBack={() => {
            asking.value = undefined;
          }}
          onConfirm={() => send(asked)}
        />
      )}
    </form>
  );
}

/** The schema of what the step that a person is asked about gives. */
function resultSchema(saga: Saga, definition: Definition | undefined): Readonly<Record<string, unknown>> | undefined {
  const asked = askedStep(saga)?.step;
  return definition?.steps.find(({ step }) => step === asked)?.result_schema;
}

/** Whether a step gives nothing, so that nobody is asked for it. */
function isOfNothing(schema: Readonly<Record<string, unknown>> | undefined): boolean {
  return fieldsOf(schema)?.length === 0;
}

async function performed(id: string, operation: Operation): Promise<Answer> {
  try {
    const { event_seq: seq } = await perform(id, operation);
    return { kind: "written", seq };
  } catch (error) {
    noteRefusal(error);
    return answerOf(error);
  }
}

/** What matters of a choice to a person who confirms it. */
function termsOf(choice: Choice | undefined): unknown {
  return [choice?.allowed === true, choice?.consequence];
}

function stillOf(saga: Saga, { choice, allowed, consequence }: Choice): StillSame {
  return new StillSame(markOf(saga), termsOf({ choice, allowed, consequence }), async () =>
    termsOf((await readChoices(saga.saga_id)).find((each) => each.choice === choice)),
  );
}

/** An answer about one step is not sent while the saga asks about another one. */
function samenessOf({ choice, operation, still }: Asked, current: Choice | undefined, saga: Saga): Sameness {
  const isOther =
    !isAboutSameStep(operation, choice.choice, saga) || JSON.stringify(termsOf(current)) !== JSON.stringify(termsOf(choice));
  return isOther ? "changed" : still.state.value;
}
