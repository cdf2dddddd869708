import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { ApiError, readDefinitions, setPause } from "../api/client.ts";
import type { Definition } from "../api/replies.ts";
import { mayOperate, noteRefusal } from "../api/who.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

/** The kinds of sagas: their steps, and their pauses. */
export function Definitions(): VNode {
  const texts = t.value.definitions;
  const found = useLoaded("definitions", readDefinitions);
  return (
    <>
      <ViewTitle text={texts.title} />
      <Failure error={found.error.value} readAt={found.readAt.value} onAgain={found.reload} />
      {(found.value.value ?? []).map((definition) => (
        <DefinitionCard key={definition.definition} definition={definition} onChanged={found.reload} />
      ))}
    </>
  );
}

function DefinitionCard({ definition, onChanged }: { readonly definition: Definition; readonly onChanged: () => void }): VNode {
  const { definition: name, version, steps, transitions, paused } = definition;
  const texts = t.value.definitions;
  const { kinds } = t.value;
  return (
    <section class={paused ? "card card-paused" : "card"} aria-labelledby={`definition-${name}`}>
      <header class="card-head">
        <h2 id={`definition-${name}`} class="mono">
          {name}
        </h2>
        <span class="quiet small">{t.value.saga.version(version)}</span>
        {mayOperate.value && <PauseButton definition={definition} onChanged={onChanged} />}
      </header>
      {paused && (
        <blockquote class="quoted">
          {paused.automatic ? texts.pausedItself(time(paused.since)) : texts.paused(time(paused.since))}
          {paused.by !== undefined && ` · ${paused.by}`}
          {paused.note !== undefined && ` · ${paused.note}`}
        </blockquote>
      )}
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">{texts.steps}</th>
            <th scope="col">{texts.kind}</th>
            <th scope="col">{texts.participant}</th>
            <th scope="col">{t.value.list.state}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ step, kind, participant, keyed, state }) => (
            <tr key={step} class={kind === "pivot" ? "row-pivot" : ""}>
              <th scope="row" class="mono">
                {step}
              </th>
              <td>{kinds[kind] ?? kind}</td>
              <td>
                {participant} <span class="quiet small">{keyed ? texts.keyed : texts.unkeyed}</span>
              </td>
              <td class="mono small">{state ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details class="fold">
        <summary>{texts.transitions}</summary>
        <ul class="mono small">
          {transitions.map(({ from, event, to }) => (
            <li key={`${from} ${event}`}>
              {from} → {to} <span class="quiet">({event})</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function PauseButton({
  definition: { definition, paused },
  onChanged,
}: {
  readonly definition: Definition;
  readonly onChanged: () => void;
}): VNode {
  const texts = t.value.definitions;
  const isAsking = useSignal(false);
  const note = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  const word = paused ? texts.resume : texts.pause;
  const send = async () => {
    try {
      await setPause(definition, !paused, note.value);
      isAsking.value = false;
      note.value = "";
      problem.value = undefined;
    } catch (error) {
      noteRefusal(error);
      const isForbidden = error instanceof ApiError && error.status === 403;
      problem.value = isForbidden ? t.value.desk.forbidden : String(error instanceof Error ? error.message : error);
    }
    onChanged();
  };
  return (
    <>
      <button type="button" onClick={() => (isAsking.value = true)}>
        {word}…
      </button>
      {isAsking.value && (
        <Dialog title={`${word} · ${definition}`} onClose={() => (isAsking.value = false)}>
          <p>{paused ? texts.resumeTells : texts.pauseTells}</p>
          {!paused && (
            <p class="field">
              <label for="pause-note">{t.value.desk.note}</label>
              <textarea
                id="pause-note"
                rows={2}
                maxLength={2_000}
                value={note.value}
                aria-describedby="pause-note-hint"
                onInput={({ currentTarget }) => (note.value = currentTarget.value)}
              />
              <span id="pause-note-hint" class="quiet small">
                {t.value.desk.noteHint}
              </span>
            </p>
          )}
          {problem.value !== undefined && (
            <p class="notice notice-bad" role="alert">
              {problem.value}
            </p>
          )}
          <p class="dialog-actions">
            <button type="button" onClick={() => (isAsking.value = false)}>
              {t.value.desk.back}
            </button>
            <button
              type="button"
              class="primary"
              disabled={!paused && note.value.trim() === ""}
              onClick={() => send().catch(() => undefined)}
            >
              {word} {definition}
            </button>
          </p>
        </Dialog>
      )}
    </>
  );
}
