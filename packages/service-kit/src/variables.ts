import { z } from "zod";

/** The meaning of a variable, and a value that works: for the table of variables and for error messages. */
interface About {
  readonly description: string;
  readonly example: string;
}

/** A text without a problem. `problemOf` gets every text, also an empty one, and gives what is wrong with it. */
function checkedText(problemOf: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A whole number; its unit is in the variable's name. */
export function integer(fallback: number, range: Range, about: About) {
  return integerText(range)
    .default(fallback)
    .meta({ ...about });
}

/** The same for a variable that may be unset. */
export function optionalInteger(range: Range, about: About) {
  return integerText(range)
    .optional()
    .meta({ ...about });
}

function integerText({ min, max }: Range) {
  const isAllowed = (text: string) => /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max;
  return checkedText((text) => (isAllowed(text) ? undefined : `must be a whole number from ${min} to ${max}`)).transform(Number);
}

export function port(fallback: number) {
  const about = { description: "The port to listen on; 0 takes a free one.", example: String(fallback) };
  return integer(fallback, { min: 0, max: 65_535 }, about);
}

/** No name of a host has these; in a list of permissions they would stand for other hosts. */
const SEVERAL_HOSTS = /[,*]/;

export function host() {
  const about = { description: "The address to listen on.", example: "0.0.0.0" };
  const isHost = (text: string) => text !== "" && !hasBlankOrControl(text) && !SEVERAL_HOSTS.test(text);
  return checkedText((text) => (isHost(text) ? undefined : "must be a host name or an address"))
    .default("127.0.0.1")
    .meta(about);
}

/** A list with commas between its entries, empty by default. `problemOf` gives what is wrong with one entry. */
export function list(problemOf: (entry: string) => string | undefined, about: About) {
  const entriesIn = (text: string) => (text === "" ? [] : text.split(",").map((entry) => entry.trim()));
  return checkedText((text) => {
    const wrong = entriesIn(text).find((entry) => problemOf(entry) !== undefined);
    return wrong === undefined ? undefined : `has the entry ${JSON.stringify(wrong)}, which ${problemOf(wrong)}`;
  })
    .transform(entriesIn)
    .default([])
    .meta({ ...about });
}

/** A day in UTC, which may be unset, as the milliseconds since the epoch at which it begins. */
export function day(about: About) {
  // A date that does not exist, such as 2026-02-30, would become another one.
  const isDay = (text: string) =>
    /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(Date.parse(text) || 0).toISOString().startsWith(text);
  return checkedText((text) => (isDay(text) ? undefined : "must be a date in UTC: year-month-day"))
    .transform((text) => Date.parse(text))
    .optional()
    .meta({ ...about });
}

/** The path before all others of a URL, empty by default. */
export function pathPrefix(about: About) {
  const isPrefix = (text: string) => /^(\/[\w.~%-]+)*\/?$/.test(text);
  return checkedText((text) => (isPrefix(text) ? undefined : 'must be a path that begins with "/"'))
    .transform((text) => text.replace(/\/$/, ""))
    .default("")
    .meta({ ...about });
}

export function flag(fallback: boolean, about: About) {
  return z
    .enum(["true", "false"], 'must be "true" or "false"')
    .transform((value) => value === "true")
    .default(fallback)
    .meta({ ...about });
}

/**
 * @param fallback undefined: the variable is optional.
 * @param credentialVariable where a credential belongs, for a URL that has one.
 */
export function httpUrl(fallback: string, about: About, credentialVariable?: string): z.ZodType<string>;
export function httpUrl(fallback: undefined, about: About, credentialVariable?: string): z.ZodType<string | undefined>;
export function httpUrl(fallback: string | undefined, about: About, credentialVariable?: string): z.ZodType<string | undefined> {
  const url = checkedText((text) => urlProblem(text, credentialVariable)).transform((text) => text.replace(/\/+$/, ""));
  return (fallback === undefined ? url.optional() : url.default(fallback)).meta({ ...about });
}

function urlProblem(text: string, credentialVariable: string | undefined): string | undefined {
  // `new URL` alone would accept blanks around a URL and line ends in it.
  if (hasBlankOrControl(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return "must be an http or https URL";
  const { username, password, hostname } = new URL(text);
  if (SEVERAL_HOSTS.test(hostname)) return "must name one host";
  const problem = "must have no query, fragment or credentials";
  if (!/[?#]/.test(text) && !username && !password) return undefined;
  return credentialVariable === undefined ? problem : `${problem}: a credential belongs in ${credentialVariable}`;
}

/** The path of a file on disk. */
export function file(fallback: string, about: About) {
  const isPath = (text: string) => textProblem(text) === undefined && !text.startsWith(":") && !text.startsWith("file:");
  return checkedText((text) => (isPath(text) ? undefined : "must be the path of a file"))
    .default(fallback)
    .meta({ ...about });
}

/** A text on one line; blanks only between its words. */
export function text(fallback: string, about: About) {
  return checkedText(textProblem)
    .default(fallback)
    .meta({ ...about });
}

/** The same for a variable that may be unset. */
export function optionalText(about: About) {
  return checkedText(textProblem)
    .optional()
    .meta({ ...about });
}

/** A secret that a header holds after its scheme (`token68` of RFC 9110, 11.2), and which may be unset. No message shows its value. */
export function optionalToken(about: About) {
  const isToken = (text: string) => /^[\w.~+/-]+=*$/.test(text);
  return checkedText((text) => (isToken(text) ? undefined : "must be a token of letters, digits and - . _ ~ + /"))
    .optional()
    .meta({ ...about, isSecret: true });
}

function textProblem(text: string): string | undefined {
  if (text.trim() === "") return "must not be empty";
  return text !== text.trim() || /\p{Cc}/u.test(text) ? "must have no blank around it and no control character" : undefined;
}

function hasBlankOrControl(text: string): boolean {
  return /[\s\p{Cc}]/u.test(text);
}
