import type { VNode } from "preact";
import { t } from "../texts/language.ts";
import { paths } from "./paths.ts";

interface PageLinksProps {
  /** The queries of the pages; undefined: there is none, or it is not known. */
  readonly first: string | undefined;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** The ways to other pages of the list. They are links: each page has an address, and the browser's own way back works too. */
export function PageLinks({ first, previous, next }: PageLinksProps): VNode | null {
  const texts = t.value.list;
  if (first === undefined && next === undefined) return null;
  return (
    <nav class="pages" aria-label={texts.pages}>
      {first !== undefined && <a href={paths.list(first)}>{texts.first}</a>}
      {previous !== undefined && previous !== first && <a href={paths.list(previous)}>{texts.previous}</a>}
      {next !== undefined && (
        <a class="button" href={paths.list(next)}>
          {texts.next}
        </a>
      )}
    </nav>
  );
}
