import { isJsonObject, type Json, type JsonObject } from "../json.ts";

/** What people see in the place of a secret. */
export const MASK = "•••";

/** A shorter secret is not looked for in texts: it would hide half of every text, and be guessed from what is left. */
const LENGTH_MIN = 3;
/** A shorter one is hidden only where it is a word of its own: `123` is no part of `41235`. */
const LENGTH_OF_PARTS_MIN = 8;
/** How a text ends that was cut where it is recorded. */
const CUT_END = /… \(cut\)$/;
/** What nests deeper is hidden whole: a participant's reply may nest deeper than the stack is. */
const NESTING_MAX = 100;

/**
 * Hides secrets in a text: each of three characters or more, also as it is written in JSON or in a URL, and its beginning where the text was cut.
 * One of less than eight characters is hidden only where it is a word of its own.
 *
 * @param secrets in any order.
 */
export function maskText(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const spellings = new Set(secrets.flatMap(spellingsOf));
  // A secret may be a part of another one.
  const longestFirst = [...spellings].toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce(maskOne, text);
}

/** The object with its secrets hidden in every text; a number that is one is a text then. */
export function maskMembers(value: JsonObject, secrets: readonly string[], depth = 0): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, maskValue(member, secrets, depth + 1)]));
}

function maskValue(value: Json, secrets: readonly string[], depth: number): Json {
  if (typeof value === "string") return maskText(value, secrets);
  if (typeof value === "number") return isLong(String(value)) && secrets.includes(String(value)) ? MASK : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth > NESTING_MAX) return MASK;
  return isJsonObject(value) ? maskMembers(value, secrets, depth) : value.map((each) => maskValue(each, secrets, depth + 1));
}

/** A short number is the same as many that are no secret. */
function isLong(number: string): boolean {
  return number.length >= LENGTH_OF_PARTS_MIN;
}

function spellingsOf(secret: string): readonly string[] {
  if (secret.length < LENGTH_MIN) return [];
  // Half of a pair of surrogates has no spelling in a URL.
  const inUrl = secret.isWellFormed() ? [encodeURIComponent(secret)] : [];
  // Of a text of several lines, some views show the first one alone.
  const lines = secret.split(/[\r\n]+/).filter((line) => line.length >= LENGTH_OF_PARTS_MIN);
  return [secret, JSON.stringify(secret).slice(1, -1), ...inUrl, ...lines];
}

function maskOne(text: string, secret: string): string {
  const isWord = secret.length < LENGTH_OF_PARTS_MIN;
  const masked = isWord ? text.replace(wordOf(secret), MASK) : text.replaceAll(secret, MASK);
  return CUT_END.test(masked) ? maskBeginning(masked, secret) : masked;
}

function wordOf(secret: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${secret.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "gu");
}

/** The text was cut inside the secret. */
function maskBeginning(text: string, secret: string): string {
  const kept = text.replace(CUT_END, "");
  for (let length = Math.min(secret.length - 1, kept.length); length >= LENGTH_MIN; length -= 1) {
    if (kept.endsWith(secret.slice(0, length))) return `${kept.slice(0, -length)}${MASK}${text.slice(kept.length)}`;
  }
  return text;
}
