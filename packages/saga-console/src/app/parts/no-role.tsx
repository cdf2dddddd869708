import type { VNode } from "preact";
import { session } from "../api/who.ts";
import { t } from "../texts/language.ts";

/** Why there is no button: the console only shows, or the token may not repair. */
export function NoRole(): VNode {
  return <p class="notice small">{session.value?.read_only ? t.value.session.readOnly : t.value.desk.noRole}</p>;
}
