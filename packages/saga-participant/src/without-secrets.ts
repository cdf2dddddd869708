import { InexactNumber, MASK, maskText } from "saga-core";
import type { Reply } from "./reply.ts";

/** What nests deeper is hidden whole: a reply may nest deeper than the stack is. */
const NESTING_MAX = 100;

/**
 * A reply that does not have the credential of its call, also where the participant repeats it: what is read of a reply is recorded, and shown to
 * people. Numbers stay as they are: a credential is a text.
 */
export function withoutSecrets(reply: Reply, secrets: readonly string[]): Reply {
  const hide = (text: string) => maskText(text, secrets);
  const header = (name: string) => {
    const value = reply.header(name);
    return value === undefined ? undefined : hide(value);
  };
  const { status, text, body, about } = reply;
  return { status, text: hide(text), body: hidden(body, hide), about: hide(about), header };
}

function hidden(value: unknown, hide: (text: string) => string, depth = 0): unknown {
  if (typeof value === "string") return hide(value);
  if (typeof value !== "object" || value === null || value instanceof InexactNumber) return value;
  if (depth > NESTING_MAX) return MASK;
  if (Array.isArray(value)) return value.map((each: unknown) => hidden(each, hide, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [hide(name), hidden(member, hide, depth + 1)]));
}
