import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { t } from "../texts/language.ts";

const SHOWN_MS = 2_000;

/** Copies a text, and says so. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }): VNode {
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    isCopied.value = true;
    setTimeout(() => {
      isCopied.value = false;
    }, SHOWN_MS);
  };
  return (
    <button type="button" onClick={() => copy().catch(() => undefined)}>
      <span aria-live="polite">{isCopied.value ? t.value.list.copied : label}</span>
    </button>
  );
}
