import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Choice, Saga } from "../../api/replies.ts";
import { nameOf } from "../../model/names.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { endOf, labelOf, Then } from "../../parts/then.tsx";
import { t } from "../../texts/language.ts";

interface ConfirmationProps {
  readonly saga: Saga;
  /** As it was when he asked. */
  readonly choice: Choice;
  /** As it is now: undefined or refused where it is not possible any more. */
  readonly current: Choice | undefined;
  readonly note: string;
  readonly onBack: () => void;
  readonly onConfirm: () => Promise<void>;
}

/** Says once more what follows, before anything is sent. If that changes meanwhile, it is not sent. */
export function Confirmation({ saga, choice, current, note, onBack, onConfirm }: ConfirmationProps): VNode {
  const texts = t.value.desk;
  const isSending = useSignal(false);
  const hasChanged = !isSending.value && !isSame(choice, current);
  const confirm = () => {
    if (isSending.value) return;
    isSending.value = true;
    onConfirm().catch(() => undefined);
  };
  return (
    <Dialog title={`${labelOf(choice.choice)} · ${nameOf(saga)}`} onClose={onBack}>
      <p>
        <strong>{texts.follows}:</strong> <Then consequence={choice.consequence} />
      </p>
      <blockquote class="quoted">{note}</blockquote>
      {hasChanged && (
        <p class="notice notice-bad" role="alert">
          {texts.changedMeanwhile}
        </p>
      )}
      <p class="dialog-actions">
        <button type="button" onClick={onBack}>
          {texts.back}
        </button>
        <button type="button" class="primary" disabled={isSending.value || hasChanged} onClick={confirm}>
          {texts.confirm(labelOf(choice.choice), endOf(choice.consequence))}
        </button>
      </p>
    </Dialog>
  );
}

function isSame(before: Choice, now: Choice | undefined): boolean {
  return now?.allowed === true && JSON.stringify(now.consequence) === JSON.stringify(before.consequence);
}
