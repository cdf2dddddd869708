import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { readChoices } from "../api/client.ts";
import { repeatFrom } from "../api/repeat-from.ts";
import type { Choice, Definition, Saga, SagaEvent } from "../api/replies.ts";
import { serverNow } from "../api/server-time.ts";
import type { Answer } from "../model/answer.ts";
import { AnswerNote } from "../parts/answer-note.tsx";
import { Failure } from "../parts/failure.tsx";
import { usePart } from "../parts/part.tsx";
import { paths } from "../parts/paths.ts";
import { t } from "../texts/language.ts";
import { ChoiceForm } from "./desk/choice-form.tsx";
import { useDraft } from "./desk/draft.ts";
import { Facts } from "./desk/facts.tsx";
import { SignalForm } from "./desk/signal-form.tsx";
import { Trail } from "./desk/trail.tsx";

interface DeskProps {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
  readonly definition: Definition | undefined;
  readonly onChanged: () => void;
}

/** Look, then say what is true: what is known, what is not, where to look, and what each choice leads to before anything is sent. */
export function Desk({ saga, events, definition, onChanged }: DeskProps): VNode {
  const texts = t.value.desk;
  const isOpen = saga.status === "running" || saga.status === "needs_intervention";
  const choices = usePart(`choices ${saga.saga_id}`, () => readChoices(saga.saga_id));
  // While they are read again, the last ones stay, and with them what a person has written.
  useEffect(choices.reload, [saga.updated_at, saga.status]);
  const answer = useSignal<Answer | undefined>(undefined);
  const draft = useDraft();
  useReloadAt(choices.value.value, choices.reload);
  const offered = (choices.value.value ?? []).toSorted((one, other) => rank(one) - rank(other));
  const isAnything = isOpen || offered.some(({ choice }) => choice === "acknowledge");
  // Somebody else may have been faster: what was written stays to be read, and copied.
  const isWriting = draft.note.value !== "";
  return (
    <section class={saga.status === "needs_intervention" ? "card card-desk" : "card"} aria-labelledby="desk">
      <h2 id="desk">{texts.title}</h2>
      {isAnything ? <Facts saga={saga} definition={definition} /> : <p class="quiet">{texts.ended}</p>}
      <Failure error={choices.error.value} readAt={0} onAgain={choices.reload} />
      {(isAnything || isWriting) && offered.length > 0 && (
        <ChoiceForm
          saga={saga}
          definition={definition}
          offered={offered}
          draft={draft}
          answer={answer}
          onChanged={() => {
            choices.reload();
            onChanged();
          }}
        />
      )}
      {answer.value && (
        <AnswerNote answer={answer.value}>
          {" · "}
          <a href={paths.repair}>{texts.nextSaga}</a>
        </AnswerNote>
      )}
      <SignalForm saga={saga} definition={definition} onChanged={onChanged} />
      <Trail events={events} />
    </section>
  );
}

/** What is possible comes first, then what will be. */
function rank({ allowed, allowed_from: from }: Choice): number {
  if (allowed) return 0;
  return from === undefined ? 2 : 1;
}

/** What is allowed from an instant on is asked for again from that instant on, until it is allowed. */
function useReloadAt(choices: readonly Choice[] | undefined, reload: () => void): void {
  const instants = (choices ?? []).flatMap(({ allowed, allowed_from: from }) =>
    allowed || from === undefined ? [] : [Date.parse(from)],
  );
  const first = Math.min(...instants);
  useEffect(() => (Number.isFinite(first) ? repeatFrom(first, reload, serverNow) : undefined), [first]);
}
