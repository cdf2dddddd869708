import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Answer } from "../model/answer.ts";
import { t } from "../texts/language.ts";

interface AnswerNoteProps {
  readonly answer: Answer;
  /** Where the history of the saga is: a page of its own, or, if it is on this one, no path. */
  readonly history?: string;
  readonly children?: ComponentChildren;
}

/**
 * What the answer was: which event was written, or why nothing is changed, or that nobody knows. The focus comes here: the button that asked for it may
 * be gone.
 */
export function AnswerNote({ answer, history = "", children }: AnswerNoteProps): VNode {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.focus(), [answer]);
  return (
    <div ref={note} tabIndex={-1} class={answer.kind === "written" ? "notice notice-done" : "notice notice-bad"} role="alert">
      <p>
        <Told answer={answer} history={history} />
        {answer.kind === "written" && children}
      </p>
    </div>
  );
}

function Told({ answer, history }: { readonly answer: Answer; readonly history: string }): VNode {
  const texts = t.value.desk;
  switch (answer.kind) {
    case "written":
      return (
        <>
          {texts.written(answer.seq)}{" "}
          {answer.seq !== undefined && <a href={`${history}#event-${answer.seq}`}>{t.value.saga.evidence(answer.seq)}</a>}
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
          {texts.unreachable} <a href={`${history}#history`}>{t.value.repair.lookAtHistory}</a>
        </>
      );
  }
}
