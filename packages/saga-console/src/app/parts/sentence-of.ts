import type { About, Reason } from "../model/why.ts";
import { time } from "../texts/format.ts";
import { t } from "../texts/language.ts";

/** A reason in the language of the page; undefined for a code that this console does not know. */
export function sentenceOf({ code, about }: Reason): string | undefined {
  const { reasons } = t.value;
  return Object.hasOwn(reasons, code) ? reasons[code]?.(inLocalTime(about)) : undefined;
}

function inLocalTime(about: About): About {
  const local = (instant: string) => (instant === "" ? "" : time(instant));
  return { ...about, next: local(about.next), since: local(about.since), until: local(about.until) };
}
