import type { ComponentChildren, VNode } from "preact";
import type { Answer } from "../model/answer.ts";
import { t } from "../texts/language.ts";

interface AnswerNoteProps {
  readonly answer: Answer;
  /** Where the history of the saga is: a page of its own, or, if it is on this one, no path. */
  readonly history?: string;
  readonly children?: ComponentChildren;
}

/** What the answer was: which event was written, or why nothing is changed, or that nobody knows. */
export function AnswerNote({ answer, history = "", children }: AnswerNoteProps): VNode {
  const texts = t.value.desk;
  switch (answer.kind) {
    case "written":
      return (
        <div class="notice notice-done" role="alert">
          <p>
            {texts.written(answer.seq)}{" "}
            {answer.seq !== undefined && <a href={`${history}#event-${answer.seq}`}>{t.value.saga.evidence(answer.seq)}</a>}
            {children}
          </p>
        </div>
      );
    case "refused":
      return (
        <div class="notice notice-bad" role="alert">
          <p>{texts.refused(answer.detail)}</p>
        </div>
      );
    case "forbidden":
      return (
        <div class="notice notice-bad" role="alert">
          <p>
            {texts.forbidden} <span lang="en">{answer.detail}</span>
          </p>
        </div>
      );
    case "unreachable":
      return (
        <div class="notice notice-bad" role="alert">
          <p>
            {texts.unreachable} <a href={`${history}#history`}>{t.value.repair.lookAtHistory}</a>
          </p>
        </div>
      );
  }
}
