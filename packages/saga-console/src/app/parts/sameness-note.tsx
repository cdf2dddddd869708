import type { VNode } from "preact";
import type { Sameness } from "../model/still-same.ts";
import { t } from "../texts/language.ts";

/** That the saga has changed while a person was asked, and what this means for what he is asked. */
export function SamenessNote({ sameness }: { readonly sameness: Sameness }): VNode | null {
  const texts = t.value.desk;
  switch (sameness) {
    case "same":
      return null;
    case "computing":
      return (
        <p class="notice" role="status">
          {texts.computedAgain}
        </p>
      );
    case "changed":
    case "unsure":
      return (
        <p class="notice notice-bad" role="alert">
          {sameness === "changed" ? texts.changedMeanwhile : texts.notComputed}
        </p>
      );
  }
}
