import { z } from "zod";

/** The meaning of a variable, and a value that works: for the table of variables and for error messages. */
interface About {
  readonly description: string;
  readonly example: string;
}

/** A whole number; its unit is in the variable's name. */
export function integer(fallback: number, { min, max }: { readonly min: number; readonly max: number }, about: About) {
  const allowed = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .refine((text) => /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max, allowed)
    .transform(Number)
    .default(fallback)
    .meta({ ...about });
}

export function port(fallback: number) {
  const about = { description: "The port to listen on; 0 takes a free one.", example: String(fallback) };
  return integer(fallback, { min: 0, max: 65_535 }, about);
}

export function host() {
  return text("127.0.0.1", { description: "The address to listen on.", example: "0.0.0.0" });
}

export function flag(fallback: boolean, about: About) {
  return z
    .enum(["true", "false"], 'must be "true" or "false"')
    .transform((value) => value === "true")
    .default(fallback)
    .meta({ ...about });
}

/** @param fallback undefined: the variable is optional. */
export function httpUrl(fallback: string, about: About): z.ZodType<string>;
export function httpUrl(fallback: undefined, about: About): z.ZodType<string | undefined>;
export function httpUrl(fallback: string | undefined, about: About): z.ZodType<string | undefined> {
  const url = z
    .url({ protocol: /^https?$/, error: "must be an http or https URL" })
    .refine((url) => {
      const { search, hash, username, password } = new URL(url);
      return !(search || hash || username || password);
    }, "must have no query, fragment or credentials")
    .transform((text) => text.replace(/\/+$/, ""));
  return (fallback === undefined ? url.optional() : url.default(fallback)).meta({ ...about });
}

/** The path of a file on disk. */
export function file(fallback: string, about: About) {
  return z
    .string()
    .refine((path) => path !== "" && !path.startsWith(":") && !path.startsWith("file:"), "must be the path of a file")
    .default(fallback)
    .meta({ ...about });
}

export function text(fallback: string, about: About) {
  return z
    .string()
    .min(1, "must not be empty")
    .default(fallback)
    .meta({ ...about });
}
