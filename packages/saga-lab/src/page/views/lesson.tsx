import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRoute } from "preact-iso";
import { ViewTitle } from "saga-console/app/parts/view-title.tsx";
import { lab } from "../model/lab-store.ts";
import { exerciseOf, type LessonName, lessonNames } from "../model/lesson-names.ts";
import { markDone, perform } from "../model/lessons.ts";
import { labPaths } from "../parts/lab-frame.tsx";
import { Ledger } from "../parts/ledger.tsx";
import { LiveLadder } from "../parts/live-ladder.tsx";
import { texts } from "../texts/language.ts";

/** One lesson: one thing to do, what to notice, a question with an answer to unfold, beside the live ladder. */
export function Lesson(): VNode {
  const { params } = useRoute();
  const name = lessonNames.find((each) => each === params["name"]) ?? lessonNames[0];
  return <LessonPage key={name} name={name} />;
}

function LessonPage({ name }: { readonly name: LessonName }): VNode {
  const { lesson, lessons, ledger } = texts.value;
  const own = lessons[name];
  const id = useSignal<string | undefined>(undefined);
  const isDoing = useSignal(false);
  const problem = useSignal(false);
  const begin = () => {
    isDoing.value = true;
    problem.value = false;
    perform(name, (placed) => {
      id.value = placed;
    })
      .catch(() => {
        problem.value = true;
      })
      .finally(() => {
        isDoing.value = false;
      })
      .catch(() => undefined);
  };
  const index = lessonNames.indexOf(name);
  const next = lessonNames[index + 1];
  return (
    <>
      <p class="small quiet">{lesson.of(index + 1, lessonNames.length)}</p>
      <ViewTitle text={own.title} />
      <div class="lesson">
        <div>
          <section class="card lesson-part lesson-do" aria-labelledby="do">
            <h2 id="do">{lesson.doThis}</h2>
            <p>{own.doThis}</p>
            <p class="actions">
              <button type="button" class="primary" disabled={isDoing.value} onClick={begin}>
                {own.button}
              </button>
            </p>
            {problem.value && (
              <p class="tone-bad" role="alert">
                {lesson.failed}
              </p>
            )}
          </section>
          <section class="card lesson-part" aria-labelledby="notice">
            <h2 id="notice">{lesson.notice}</h2>
            <ol class="notices">
              {own.notice.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ol>
          </section>
          <section class="card card-desk lesson-part" aria-labelledby="think">
            <h2 id="think">{lesson.think}</h2>
            <p>{own.question}</p>
            <details class="fold" onToggle={({ currentTarget }) => currentTarget.open && markDone(name)}>
              <summary>{lesson.answer}</summary>
              <p>{own.answer}</p>
            </details>
            <p class="small quiet">{lesson.exercise(exerciseOf[name])}</p>
          </section>
          <p class="actions">
            <a class="button" href={next === undefined ? labPaths.home : labPaths.lesson(next)}>
              {next === undefined ? lesson.toBreakIt : lesson.next(lessons[next].short)}
            </a>
          </p>
        </div>
        <div>
          <section class="card lesson-live" aria-labelledby="live">
            <h2 id="live">{lesson.live}</h2>
            {id.value === undefined ? <p class="quiet">{lesson.nothingYet}</p> : <LiveLadder key={id.value} id={id.value} />}
          </section>
          {id.value !== undefined && lab.value && (
            <Ledger id="by-hand" name={ledger.byHand} world={lab.value.by_hand} sent={lab.value.sent} isByHand />
          )}
        </div>
      </div>
    </>
  );
}
