import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../texts/language.ts";

interface ViewTitleProps {
  readonly text: string;
  /** The title of the page, where the view's own changes all the time. Default: the same. */
  readonly page?: string;
  readonly children?: ComponentChildren;
}

/** The title of a view. On navigation the focus comes here, so that a screen reader says where one is. */
export function ViewTitle({ text, page = text, children }: ViewTitleProps): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${page} · ${t.value.title}`;
  }, [page, t.value]);
  return (
    <div class="view-title">
      <h1 ref={heading} tabIndex={-1}>
        {text}
      </h1>
      {children}
    </div>
  );
}
