import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { ApiError, readRegistered, setPause } from "../api/client.ts";
import type { Definition } from "../api/replies.ts";
import { mayOperate, noteRefusal } from "../api/who.ts";
import { DefinitionBody } from "../parts/definition-body.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { paths } from "../parts/paths.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

/** The kinds of sagas: their steps, their arrows, their patience, their versions and their pauses. */
export function Definitions(): VNode {
  const texts = t.value.definitions;
  const found = useLoaded("definitions", readRegistered);
  const { items = [], earlier = [] } = found.value.value ?? {};
  return (
    <>
      <ViewTitle text={texts.title} />
      <Failure error={found.error.value} readAt={found.readAt.value} onAgain={found.reload} />
      {items.map((definition) => (
        <DefinitionCard
          key={definition.definition}
          definition={definition}
          earlier={earlier.filter((each) => each.definition === definition.definition)}
          onChanged={found.reload}
        />
      ))}
    </>
  );
}

interface DefinitionCardProps {
  readonly definition: Definition;
  /** Versions of it that start no saga any more. */
  readonly earlier: readonly Definition[];
  readonly onChanged: () => void;
}

function DefinitionCard({ definition, earlier, onChanged }: DefinitionCardProps): VNode {
  const { definition: name, version, paused } = definition;
  const texts = t.value.definitions;
  return (
    <section class={paused ? "card card-paused" : "card"} aria-labelledby={`definition-${name}`}>
      <header class="card-head">
        <div>
          <h2 id={`definition-${name}`} class="mono inline">
            {name}
          </h2>{" "}
          <span class="quiet small">{t.value.saga.version(version)}</span>
        </div>
        <div class="actions">
          <a class="button" href={paths.whatIf(name, version)}>
            {texts.whatIf}
            <span class="visually-hidden"> {name}</span>
          </a>
          {mayOperate.value && <PauseButton definition={definition} onChanged={onChanged} />}
        </div>
      </header>
      {paused && (
        <blockquote class="quoted">
          {paused.automatic ? texts.pausedItself(time(paused.since)) : texts.paused(time(paused.since))}
          {paused.by !== undefined && ` · ${paused.by}`}
          {paused.note !== undefined && ` · ${paused.note}`}
        </blockquote>
      )}
      <DefinitionBody definition={definition} />
      {earlier.map((each) => (
        <details key={each.version} class="fold">
          <summary>{texts.earlier(each.version)}</summary>
          <p>
            <a href={paths.whatIf(name, each.version)}>
              {texts.whatIf}
              <span class="visually-hidden">
                {" "}
                {name}, {t.value.saga.version(each.version)}
              </span>
            </a>
          </p>
          <DefinitionBody definition={each} />
        </details>
      ))}
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
