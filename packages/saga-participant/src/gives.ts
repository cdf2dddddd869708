import { type Done, done, type Unknown, unknown } from "saga-core";
import { errorTextOf } from "./about-reply.ts";
import { messageOf } from "./message-of.ts";
import type { Reply } from "./reply.ts";

/** A schema of any validator that follows Standard Schema v1 (https://standardschema.dev): zod, Valibot, ArkType. It must validate synchronously. */
export interface ReplySchema<Result> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Result> | Promise<Validated<Result>>;
    readonly types?: { readonly input: unknown; readonly output: Result } | undefined;
  };
}

type Validated<Result> = { readonly value: Result; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * How the body of a success becomes what the step gives: a schema, or a function of the body (JSON, or undefined). Where the body does not fit,
 * or the function throws or returns undefined, nothing is confirmed: the outcome is unknown.
 */
export type Gives<Result extends object> = ReplySchema<Result> | ((body: unknown) => Result | undefined);

/** A success is done only if it has what was promised. */
export function confirm<Result extends object>({ status, body }: Reply, gives: Gives<Result>): Done<Result> | Unknown {
  const { result, problem } = read(body, gives);
  if (result !== undefined) return done(result);
  const reason = [`${status} without the promised members`, errorTextOf(body)].filter((text) => text !== undefined).join(" ");
  return unknown(problem === undefined ? reason : `${reason}: ${problem}`);
}

/** Where nothing was promised, "accepted" is not done yet, and a page in HTML comes from something in between. */
export function confirmEmpty({ status, text, body, about }: Reply): Done | Unknown {
  if (status === 202) return unknown(`${about}: accepted, but not done yet`);
  return text === "" || body !== undefined ? done() : unknown(`${about}: its body is not JSON`);
}

interface Read<Result> {
  readonly result?: Result | undefined;
  readonly problem?: string;
}

function read<Result extends object>(body: unknown, gives: Gives<Result>): Read<Result> {
  try {
    // A schema may be a function too.
    if (!("~standard" in gives)) return { result: gives(body) };
    const validated = gives["~standard"].validate(body);
    if (validated instanceof Promise) return { problem: "its schema validates asynchronously" };
    return validated.issues ? { problem: validated.issues.map(describe).join("; ") } : { result: validated.value };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** With a JSON Pointer to the member (RFC 6901). */
function describe({ path = [], message }: Issue): string {
  const names = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  const pointer = names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return [pointer, message].filter((part) => part !== "").join(" ");
}
