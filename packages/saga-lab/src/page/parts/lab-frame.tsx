import type { ComponentChildren, VNode } from "preact";
import { useLocation } from "preact-iso";
import { Settings } from "saga-console/app/parts/frame.tsx";
import { paths } from "saga-console/app/parts/paths.ts";
import { t } from "saga-console/app/texts/language.ts";
import { isReached } from "../model/lab-store.ts";
import { type LessonName, lessonNames } from "../model/lesson-names.ts";
import { done } from "../model/lessons.ts";
import { texts } from "../texts/language.ts";

export const labPaths = {
  home: "/lab",
  lesson: (name: LessonName): string => `/lab/lessons/${name}`,
} as const;

/** A window of its own for the console, so that the lab stays where it is. */
export const CONSOLE_WINDOW = "saga-console";

/** The side bar: the lab, its lessons and what was learned of them, and the console. */
export function LabFrame({ children }: { readonly children: ComponentChildren }): VNode {
  const { path } = useLocation();
  const { nav, lessons } = texts.value;
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {t.value.nav.skip}
      </a>
      <header class="side">
        <a class="brand" href={labPaths.home}>
          {nav.title}
        </a>
        <nav aria-label={nav.main}>
          <ul>
            <li>
              <a href={labPaths.home} aria-current={path.replace(/\/$/, "") === labPaths.home ? "page" : undefined}>
                {nav.breakIt}
              </a>
            </li>
            {lessonNames.map((name, index) => (
              <li key={name}>
                <a href={labPaths.lesson(name)} aria-current={path === labPaths.lesson(name) ? "page" : undefined}>
                  <span aria-hidden="true">{done.value.has(name) ? "✓" : index + 1}</span>
                  <span>
                    {lessons[name].short}
                    {done.value.has(name) && <span class="visually-hidden"> ({nav.done})</span>}
                  </span>
                </a>
              </li>
            ))}
            <li>
              <a href={paths.overview} target={CONSOLE_WINDOW}>
                {nav.console} <span aria-hidden="true">↗</span>
              </a>
            </li>
          </ul>
        </nav>
        <Settings />
      </header>
      <main id="content" tabIndex={-1}>
        {!isReached.value && (
          <p class="notice notice-bad" role="alert">
            {nav.gone}
          </p>
        )}
        {children}
      </main>
    </div>
  );
}
