import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Choice, Saga } from "../../api/replies.ts";
import { nameOf } from "../../model/names.ts";
import type { Sameness } from "../../model/still-same.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SamenessNote } from "../../parts/sameness-note.tsx";
import { endOf, labelOf, Then } from "../../parts/then.tsx";
import { t } from "../../texts/language.ts";

interface ConfirmationProps {
  readonly saga: Saga;
  /** As it was when he asked. */
  readonly choice: Choice;
  /** Whether that would still follow. */
  readonly sameness: Sameness;
  readonly note: string;
  readonly onBack: () => void;
  readonly onConfirm: () => Promise<void>;
}

/** Says once more what follows, before anything is sent. If that changes meanwhile, it is not sent. */
export function Confirmation({ saga, choice, sameness, note, onBack, onConfirm }: ConfirmationProps): VNode {
  const texts = t.value.desk;
  const isSending = useSignal(false);
  const confirm = () => {
    if (isSending.value || sameness !== "same") return;
    isSending.value = true;
    onConfirm().catch(() => undefined);
  };
  return (
    <Dialog title={`${labelOf(choice.choice)} · ${nameOf(saga)}`} onClose={onBack}>
      <p>
        <strong>
          {texts.follows}
          {t.value.colon}
        </strong>{" "}
        <Then consequence={choice.consequence} />
      </p>
      <blockquote class="quoted">{note}</blockquote>
      {!isSending.value && <SamenessNote sameness={sameness} />}
      <p class="dialog-actions">
        <button type="button" onClick={onBack}>
          {texts.back}
        </button>
        <button type="button" class="primary" disabled={isSending.value || sameness !== "same"} onClick={confirm}>
          {texts.confirm(labelOf(choice.choice), endOf(choice.consequence))}
        </button>
      </p>
    </Dialog>
  );
}
