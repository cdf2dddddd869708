import type { VNode } from "preact";
import { duration, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { useNow } from "./ticking.ts";

/** How long until an instant of the API. It is counted here, second by second; nothing is asked for it. */
export function Countdown({ until }: { readonly until: string }): VNode {
  const left = Date.parse(until) - useNow();
  // Whole seconds: tenths that stand still for a second would look like a fault.
  const text = left <= 0 ? t.value.saga.now : t.value.saga.nextIn(duration(Math.max(1_000, Math.ceil(left / 1_000) * 1_000)));
  return (
    <time class="countdown" dateTime={until} title={time(until)}>
      {text}
    </time>
  );
}

/** How long ago an instant was. */
export function Age({ since }: { readonly since: string }): VNode {
  return (
    <time dateTime={since} title={time(since)}>
      {duration(Math.max(0, useNow() - Date.parse(since)))}
    </time>
  );
}
