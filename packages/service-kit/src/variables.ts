import { z } from "zod";

/** What a variable is for, and a value that works; shown in the README's table and in error messages. */
interface About {
  readonly description: string;
  readonly example: string;
}

/** A whole number; its unit is in the variable's name. */
export function integer(fallback: number, { min, max }: { readonly min: number; readonly max: number }, about: About) {
  const allowed = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, allowed)
    .transform(Number)
    .pipe(z.int(allowed).min(min, allowed).max(max, allowed))
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

export function httpUrl(fallback: string, about: About) {
  return z
    .url({ protocol: /^https?$/, error: "must be an http or https URL" })
    .transform((url) => url.replace(/\/+$/, ""))
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
