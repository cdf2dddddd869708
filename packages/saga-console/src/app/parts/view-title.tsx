import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../texts/language.ts";

/** The title of a view. On navigation the focus comes here, so that a screen reader says where one is. */
export function ViewTitle({ text, children }: { readonly text: string; readonly children?: ComponentChildren }): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${text} · ${t.value.title}`;
  }, [text, t.value]);
  return (
    <div class="view-title">
      <h1 ref={heading} tabIndex={-1}>
        {text}
      </h1>
      {children}
    </div>
  );
}
