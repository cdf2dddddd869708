import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { setPause } from "../api/client.ts";
import type { Definition } from "../api/replies.ts";
import { noteRefusal } from "../api/who.ts";
import { answerOf, type Failed } from "../model/answer.ts";
import { t } from "../texts/language.ts";
import { Dialog } from "./dialog.tsx";
import { givenName, NoteField } from "./note-field.tsx";
import { PauseWhy } from "./pause-why.tsx";

interface PauseButtonProps {
  readonly definition: Definition;
  readonly onChanged: () => void;
}

/** Pauses a definition, for a reason that must be given; or resumes it, with the reason of its pause before one's eyes. */
export function PauseButton({ definition, onChanged }: PauseButtonProps): VNode {
  const { definition: name, paused } = definition;
  const texts = t.value.definitions;
  /** Whether it was paused when the person asked: the dialog stays as it was opened. */
  const asking = useSignal<{ readonly toPause: boolean } | undefined>(undefined);
  const note = useSignal("");
  const hasTried = useSignal(false);
  const problem = useSignal<Failed | undefined>(undefined);
  const close = () => {
    asking.value = undefined;
    problem.value = undefined;
  };
  const send = async (toPause: boolean) => {
    hasTried.value = true;
    if (toPause && note.value.trim() === "") return;
    try {
      const by = givenName();
      await setPause(name, toPause, { note: note.value, ...(by !== "" && { by }) });
      note.value = "";
      hasTried.value = false;
      close();
    } catch (error) {
      noteRefusal(error);
      problem.value = answerOf(error);
    }
    onChanged();
  };
  const wordOf = (toPause: boolean) => (toPause ? texts.pause : texts.resume);
  const asked = asking.value;
  return (
    <>
      <button
        type="button"
        onClick={() => {
          asking.value = { toPause: !paused };
        }}
      >
        {wordOf(!paused)}…
      </button>
      {asked && (
        <Dialog title={`${wordOf(asked.toPause)} · ${name}`} onClose={close}>
          <p>{asked.toPause ? texts.pauseTells : texts.resumeTells}</p>
          {!asked.toPause && paused && <PauseWhy pause={paused} />}
          {asked.toPause && <NoteField id="pause-note" note={note} hasTried={hasTried.value} texts={t.value.repair.pause} />}
          {problem.value && (
            <p class="notice notice-bad" role="alert">
              {problemText(problem.value)}
            </p>
          )}
          <p class="dialog-actions">
            <button type="button" onClick={close}>
              {t.value.desk.back}
            </button>
            <button type="button" class="primary" onClick={() => send(asked.toPause).catch(() => undefined)}>
              {wordOf(asked.toPause)} {name}
            </button>
          </p>
        </Dialog>
      )}
    </>
  );
}

function problemText({ kind, detail }: Failed): string {
  switch (kind) {
    case "forbidden":
      return `${t.value.desk.forbidden} ${detail}`;
    case "refused":
      return t.value.desk.refused(detail);
    case "unreachable":
      return t.value.repair.pause.unknown;
  }
}
