import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Answer } from "../model/answer.ts";
import { t } from "../texts/language.ts";

const anchors = { history: "#history", results: "#bulk-results" } as const;

interface AnswerNoteProps {
  readonly answer: Answer;
  /** Where on this page one sees what was recorded. Default: the history of the saga. */
  readonly lookAt?: keyof typeof anchors;
  readonly children?: ComponentChildren;
}

/**
 * What the answer was: which event was written, or why nothing is changed, or that nobody knows. The focus comes here: the button that asked for it may
 * be gone.
 */
export function AnswerNote({ answer, lookAt = "history", children }: AnswerNoteProps): VNode {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => keepInView(note.current), [answer]);
  return (
    <div ref={note} tabIndex={-1} class={answer.kind === "written" ? "notice notice-done" : "notice notice-bad"} role="alert">
      <p>
        <Told answer={answer} lookAt={lookAt} />
        {answer.kind === "written" && children}
      </p>
    </div>
  );
}

/** Gives a note the focus, and keeps it in view while the page around it takes its new form, until the person moves. */
function keepInView(note: HTMLElement | null): () => void {
  note?.focus();
  const page = new ResizeObserver(() => note?.scrollIntoView({ block: "nearest" }));
  page.observe(document.body);
  const moves = ["wheel", "pointerdown", "keydown", "touchstart"] as const;
  const leave = () => {
    page.disconnect();
    for (const move of moves) removeEventListener(move, leave);
  };
  for (const move of moves) addEventListener(move, leave, { passive: true });
  return leave;
}

function Told({ answer, lookAt }: { readonly answer: Answer; readonly lookAt: keyof typeof anchors }): VNode {
  const texts = t.value.desk;
  switch (answer.kind) {
    case "written":
      return (
        <>
          {texts.written(answer.seq)}{" "}
          {answer.seq !== undefined && <a href={`#event-${answer.seq}`}>{t.value.saga.evidence(answer.seq)}</a>}
        </>
      );
    case "refused":
      return <>{texts.refused(answer.detail)}</>;
    case "forbidden":
      return (
        <>
          {texts.forbidden} <span lang="en">{answer.detail}</span>
        </>
      );
    case "unreachable":
      return (
        <>
          {texts.unreachable} <a href={anchors[lookAt]}>{t.value.repair.lookAt[lookAt]}</a>
        </>
      );
    case "unread":
      return (
        <>
          {t.value.error.load} <span lang="en">{answer.detail}</span>
        </>
      );
  }
}
