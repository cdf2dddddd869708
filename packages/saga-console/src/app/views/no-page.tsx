import type { VNode } from "preact";
import { paths } from "../parts/paths.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";

/** What an address shows that leads to no page. */
export function NoPage(): VNode {
  const texts = t.value.noPage;
  return (
    <>
      <ViewTitle text={texts.title} />
      <p>
        <a href={paths.overview}>{texts.toOverview}</a>
      </p>
    </>
  );
}
