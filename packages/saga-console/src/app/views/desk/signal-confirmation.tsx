import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { SignalPreview } from "../../api/repair.ts";
import type { Saga } from "../../api/replies.ts";
import { nameOf } from "../../model/names.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Then } from "../../parts/then.tsx";
import { t } from "../../texts/language.ts";

interface SignalConfirmationProps {
  readonly saga: Saga;
  readonly step: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly preview: SignalPreview;
  readonly onBack: () => void;
  readonly onConfirm: () => Promise<void>;
}

/** What a signal would be, and what would follow, before it is sent. */
export function SignalConfirmation({ saga, step, value, preview, onBack, onConfirm }: SignalConfirmationProps): VNode {
  const texts = t.value.repair.signal;
  const isSending = useSignal(false);
  const { signal, consequence } = preview;
  const confirm = () => {
    if (isSending.value) return;
    isSending.value = true;
    onConfirm().catch(() => undefined);
  };
  return (
    <Dialog title={`${texts.send(step)} · ${nameOf(saga)}`} onClose={onBack}>
      <p>{texts.wouldBe[signal] ?? signal}</p>
      {consequence && (
        <p>
          <strong>{t.value.desk.follows}:</strong> <Then consequence={consequence} />
        </p>
      )}
      <pre class="quoted mono small">{JSON.stringify(value, undefined, 2)}</pre>
      <p class="small quiet">{texts.kept}</p>
      <p class="dialog-actions">
        <button type="button" onClick={onBack}>
          {t.value.desk.back}
        </button>
        <button type="button" class="primary" disabled={isSending.value} onClick={confirm}>
          {t.value.desk.confirm(texts.send(step), consequence?.state ?? texts.wouldBe[signal] ?? signal)}
        </button>
      </p>
    </Dialog>
  );
}
