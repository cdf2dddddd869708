import { type Signal, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError, perform, readChoices, readEvents } from "../api/client.ts";
import type { Choice, Consequence, Definition, Saga, SagaEvent } from "../api/replies.ts";
import { serverNow } from "../api/server-time.ts";
import { mayOperate, noteRefusal, session } from "../api/who.ts";
import { nameOf } from "../model/names.ts";
import { operationOf, personalTypes, readResult, type Written, writtenEvent } from "../model/operation.ts";
import { askedStep } from "../model/why.ts";
import { Countdown } from "../parts/countdown.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { paths } from "../parts/paths.ts";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

interface DeskProps {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
  readonly definition: Definition | undefined;
  readonly onChanged: () => void;
}

/** What the answer to an operation was. */
type Answer =
  | { readonly kind: "written"; readonly seq: number | undefined }
  | { readonly kind: "refused" | "forbidden" | "unreachable"; readonly detail: string };

/** Look, then say what is true: what is known, what is not, where to look, and what each choice leads to before anything is sent. */
export function Desk({ saga, events, definition, onChanged }: DeskProps): VNode | null {
  const texts = t.value.desk;
  const isOpen = saga.status === "running" || saga.status === "needs_intervention";
  const choices = useLoaded(`choices ${saga.saga_id}`, () => readChoices(saga.saga_id));
  // While they are read again, the last ones stay, and with them what a person has written.
  useEffect(choices.reload, [saga.updated_at, saga.status]);
  const answer = useSignal<Answer | undefined>(undefined);
  useReloadAt(choices.value.value, choices.reload);
  const offered = (choices.value.value ?? []).toSorted((one, other) => rank(one) - rank(other));
  const isAnything = isOpen || offered.some(({ choice }) => choice === "acknowledge");
  return (
    <section class={saga.status === "needs_intervention" ? "card card-desk" : "card"} aria-labelledby="desk">
      <h2 id="desk">{texts.title}</h2>
      {isAnything ? <Facts saga={saga} definition={definition} /> : <p class="quiet">{texts.ended}</p>}
      <Failure error={choices.error.value} readAt={0} onAgain={choices.reload} />
      {isAnything && offered.length > 0 && (
        <ChoiceForm saga={saga} events={events} offered={offered} answer={answer} onChanged={onChanged} />
      )}
      {answer.value && <AnswerNote answer={answer.value} />}
      <Trail events={events} />
    </section>
  );
}

/** What is possible comes first, then what will be. */
function rank({ allowed, allowed_from: from }: Choice): number {
  if (allowed) return 0;
  return from === undefined ? 2 : 1;
}

/** What is allowed from an instant on is asked for again at that instant. */
function useReloadAt(choices: readonly Choice[] | undefined, reload: () => void): void {
  const instants = (choices ?? []).flatMap(({ allowed_from: from }) => (from === undefined ? [] : [Date.parse(from)]));
  const first = Math.min(...instants);
  useEffect(() => {
    if (!Number.isFinite(first)) return;
    const timer = setTimeout(reload, Math.min(Math.max(first - serverNow(), 0) + 250, 2_147_483_647));
    return () => clearTimeout(timer);
  }, [first]);
}

function Facts({ saga, definition }: Pick<DeskProps, "saga" | "definition">): VNode {
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
            {texts.look(participant)} <span class="mono">{numbers.map(([name, value]) => `${name} ${value}`).join(", ")}</span>
          </dd>
        </>
      )}
    </dl>
  );
}

interface ChoiceFormProps {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
  readonly offered: readonly Choice[];
  readonly answer: Signal<Answer | undefined>;
  readonly onChanged: () => void;
}

/** What a person has chosen and written so far. It stays until it is recorded. */
interface Draft {
  readonly chosen: Signal<string | undefined>;
  readonly note: Signal<string>;
  readonly result: Signal<string>;
  /** Whether he tried to go on, so that what is missing is shown. */
  readonly hasTried: Signal<boolean>;
}

function ChoiceForm({ saga, events, offered, answer, onChanged }: ChoiceFormProps): VNode {
  const texts = t.value.desk;
  const draft: Draft = {
    chosen: useSignal<string | undefined>(undefined),
    note: useSignal(""),
    result: useSignal(""),
    hasTried: useSignal(false),
  };
  const isAsking = useSignal(false);
  const choice = offered.find((each) => each.choice === draft.chosen.value && each.allowed);
  const takesResult = choice?.choice === "applied" && askedStep(saga)?.status === "unknown";
  const ask = (event: Event) => {
    event.preventDefault();
    draft.hasTried.value = true;
    isAsking.value = choice !== undefined && draft.note.value.trim() !== "" && !(takesResult && isNoObject(draft.result.value));
  };
  const send = async (chosen: Choice) => {
    const written = { note: draft.note.value, result: takesResult ? draft.result.value : "" };
    answer.value = await performChoice(saga, events, chosen, written);
    isAsking.value = false;
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
          {takesResult && <ResultField draft={draft} />}
          <NoteField draft={draft} />
          <p class="submit">
            <button type="submit" class="primary" disabled={!choice}>
              {choice ? texts.act(labelOf(choice), endOf(choice.consequence)) : texts.chooseFirst}
            </button>
            <span class="quiet small">{texts.beforeConfirm}</span>
          </p>
        </>
      ) : (
        <p class="notice small">{session.value?.read_only ? t.value.session.readOnly : texts.noRole}</p>
      )}
      {choice && isAsking.value && (
        <Confirmation
          saga={saga}
          choice={choice}
          note={draft.note.value}
          onBack={() => {
            isAsking.value = false;
          }}
          onConfirm={() => send(choice)}
        />
      )}
    </form>
  );
}

function clear({ chosen, note, result, hasTried }: Draft): void {
  chosen.value = undefined;
  note.value = "";
  result.value = "";
  hasTried.value = false;
}

function isNoObject(text: string): boolean {
  return text.trim() !== "" && readResult(text) === undefined;
}

/** Sends what was chosen, and finds the event that it wrote. */
async function performChoice(saga: Saga, events: readonly SagaEvent[], { choice }: Choice, written: Written): Promise<Answer> {
  const operation = operationOf(choice, saga, written);
  if (!operation) return { kind: "refused", detail: choice };
  try {
    await perform(saga.saga_id, operation);
  } catch (error) {
    noteRefusal(error);
    return answerOf(error);
  }
  const after = events.at(-1)?.seq ?? 0;
  const event = await readEvents(saga.saga_id).then(
    (all) => writtenEvent(all, after),
    () => undefined,
  );
  return { kind: "written", seq: event?.seq };
}

function ResultField({ draft: { result } }: { readonly draft: Draft }): VNode {
  const texts = t.value.desk;
  const isWrong = isNoObject(result.value);
  return (
    <p class="field">
      <label for="result">{texts.result}</label>
      <input
        id="result"
        class="mono"
        value={result.value}
        placeholder={texts.resultHint}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? "result-wrong" : undefined}
        onInput={({ currentTarget }) => {
          result.value = currentTarget.value;
        }}
      />
      {isWrong && (
        <span id="result-wrong" class="tone-bad small">
          {texts.resultWrong}
        </span>
      )}
    </p>
  );
}

function NoteField({ draft: { note, hasTried } }: { readonly draft: Draft }): VNode {
  const texts = t.value.desk;
  const isMissing = hasTried.value && note.value.trim() === "";
  return (
    <p class="field">
      <label for="note">{texts.note}</label>
      <textarea
        id="note"
        rows={3}
        maxLength={2_000}
        required
        value={note.value}
        aria-invalid={isMissing}
        aria-describedby="note-hint"
        onInput={({ currentTarget }) => {
          note.value = currentTarget.value;
        }}
      />
      <span id="note-hint" class={isMissing ? "tone-bad small" : "quiet small"}>
        {isMissing ? texts.noteMissing : texts.noteHint}
      </span>
    </p>
  );
}

interface ConfirmationProps {
  readonly saga: Saga;
  readonly choice: Choice;
  readonly note: string;
  readonly onBack: () => void;
  readonly onConfirm: () => Promise<void>;
}

/** Says once more what follows, before anything is sent. */
function Confirmation({ saga, choice, note, onBack, onConfirm }: ConfirmationProps): VNode {
  const texts = t.value.desk;
  const isSending = useSignal(false);
  const confirm = () => {
    if (isSending.value) return;
    isSending.value = true;
    onConfirm().catch(() => undefined);
  };
  return (
    <Dialog title={`${labelOf(choice)} · ${nameOf(saga)}`} onClose={onBack}>
      <p>
        <strong>{texts.follows}:</strong> <Then consequence={choice.consequence} />
      </p>
      <blockquote class="quoted">{note}</blockquote>
      <p class="dialog-actions">
        <button type="button" onClick={onBack}>
          {texts.back}
        </button>
        <button type="button" class="primary" disabled={isSending.value} onClick={confirm}>
          {texts.confirm}
        </button>
      </p>
    </Dialog>
  );
}

function answerOf(error: unknown): Answer {
  if (!(error instanceof ApiError)) return { kind: "unreachable", detail: String(error) };
  if (error.status === undefined) return { kind: "unreachable", detail: error.message };
  if (error.status === 401 || error.status === 403) return { kind: "forbidden", detail: error.message };
  const members = (error.problem?.errors ?? []).map(({ pointer = "", detail = "" }) => `${pointer} ${detail}`).join("; ");
  return { kind: "refused", detail: members === "" ? error.message : `${error.message} ${members}` };
}

function labelOf({ choice }: Choice): string {
  return t.value.desk.choices[choice] ?? choice;
}

/** Where it ends, in short, for a button. */
function endOf(consequence: Consequence | undefined): string {
  if (!consequence) return "…";
  return consequence.status === "needs_intervention" ? t.value.desk.stays : consequence.state;
}

function ChoiceCard({
  choice,
  isChosen,
  onChoose,
}: {
  readonly choice: Choice;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): VNode {
  const texts = t.value.desk;
  const { allowed_from: from } = choice;
  return (
    <label class={`choice ${isChosen ? "choice-chosen" : ""} ${choice.allowed ? "" : "choice-refused"}`}>
      <input type="radio" name="choice" value={choice.choice} checked={isChosen} disabled={!choice.allowed} onChange={onChoose} />
      <span class="choice-text">
        <strong>{labelOf(choice)}</strong>
        {choice.allowed ? (
          <span class="small">
            {texts.follows}: <Then consequence={choice.consequence} />
          </span>
        ) : (
          <span class="small">{texts.notPossible(texts.refusal(choice))}</span>
        )}
        {from !== undefined && (
          <span class="small">
            {texts.from(time(from))} <Countdown until={from} />
          </span>
        )}
      </span>
    </label>
  );
}

/** What would follow: the calls, in order, and the end. */
function Then({ consequence }: { readonly consequence: Consequence | undefined }): VNode {
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

function AnswerNote({ answer }: { readonly answer: Answer }): VNode {
  const texts = t.value.desk;
  const isWritten = answer.kind === "written";
  return (
    <div class={isWritten ? "notice notice-done" : "notice notice-bad"} role="alert">
      {isWritten && (
        <p>
          {texts.written(answer.seq)}{" "}
          {answer.seq !== undefined && <a href={`#event-${answer.seq}`}>{t.value.saga.evidence(answer.seq)}</a>} ·{" "}
          <a href={paths.repair}>{texts.nextSaga}</a>
        </p>
      )}
      {answer.kind === "refused" && <p>{texts.refused(answer.detail)}</p>}
      {answer.kind === "forbidden" && (
        <p>
          {texts.forbidden} <span lang="en">{answer.detail}</span>
        </p>
      )}
      {answer.kind === "unreachable" && <p>{texts.unreachable}</p>}
    </div>
  );
}

function Trail({ events }: Pick<DeskProps, "events">): VNode | null {
  const own = events.filter(({ type }) => personalTypes.includes(type));
  if (own.length === 0) return null;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return (
    <>
      <h3 class="small quiet">{t.value.desk.trail}</h3>
      <ul class="trail small">
        {own.map(({ seq, at, type, data }) => (
          <li key={seq}>
            <a class="chip" href={`#event-${seq}`} aria-label={t.value.saga.evidence(seq)}>
              {seq}
            </a>{" "}
            <time dateTime={at}>{time(at)}</time> <strong>{text(data["by"])}</strong> {t.value.events[type] ?? type}{" "}
            {text(data["note"]) !== "" && <q>{text(data["note"])}</q>}
          </li>
        ))}
      </ul>
    </>
  );
}
