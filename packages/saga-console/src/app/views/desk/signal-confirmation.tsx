import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { SignalPreview } from "../../api/repair.ts";
import type { Saga } from "../../api/replies.ts";
import { nameOf } from "../../model/names.ts";
import type { Sameness } from "../../model/still-same.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SamenessNote } from "../../parts/sameness-note.tsx";
import { Then } from "../../parts/then.tsx";
import { t } from "../../texts/language.ts";

interface SignalConfirmationProps {
  readonly saga: Saga;
  readonly step: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly preview: SignalPreview;
  /** Whether that would still follow. */
  readonly sameness: Sameness;
  readonly onBack: () => void;
  readonly onConfirm: () => Promise<void>;
}

/** What a signal would be, and what would follow, before it is sent. */
export function SignalConfirmation({ saga, step, value, preview, sameness, onBack, onConfirm }: SignalConfirmationProps): VNode {
  const texts = t.value.repair.signal;
  const isSending = useSignal(false);
  const { signal, consequence } = preview;
  const confirm = () => {
    if (isSending.value || sameness !== "same") return;
    isSending.value = true;
    onConfirm().catch(() => undefined);
  };
  return (
    <Dialog title={`${texts.send(step)} · ${nameOf(saga)}`} onClose={onBack}>
      <p>{texts.wouldBe[signal] ?? signal}</p>
      {consequence && (
        <p>
          <strong>
            {t.value.desk.follows}
            {t.value.colon}
          </strong>{" "}
          <Then consequence={consequence} />
        </p>
      )}
      <pre class="quoted mono small">{JSON.stringify(value, undefined, 2)}</pre>
      <p class="small quiet">{texts.kept}</p>
      {!isSending.value && <SamenessNote sameness={sameness} />}
      <p class="dialog-actions">
        <button type="button" onClick={onBack}>
          {t.value.desk.back}
        </button>
        <button type="button" class="primary" disabled={isSending.value || sameness !== "same"} onClick={confirm}>
          {t.value.desk.confirm(texts.send(step), consequence?.state ?? texts.wouldBe[signal] ?? signal)}
        </button>
      </p>
    </Dialog>
  );
}
