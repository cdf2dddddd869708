import { type Schema, SchemaError, type SchemaIssue } from "./schema.ts";

/**
 * Who started a saga, and what else of the request its steps need. It is recorded at the start: every attempt gets the same, so it may be part
 * of the content under a key (rule 2). Nothing logs it.
 */
export interface SagaContext {
  /** Whose saga it is: Idempotency-Keys, correlations and signals of one tenant never meet those of another. */
  readonly tenant?: string;
  readonly user?: string;
  /** Headers of the request, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What a definition takes of the caller's context: a schema for each text. One whose schema refuses `undefined` is required. What is not declared
 * is refused.
 *
 * @example
 * ```ts
 * import type { ContextSchemas, Schema } from "saga-core";
 *
 * export function contextWith(tenant: Schema<string>, region: Schema<"eu" | "us" | undefined>): ContextSchemas {
 *   return { tenant, headers: { "x-region": region } };
 * }
 * ```
 */
export interface ContextSchemas {
  readonly tenant?: Schema<string | undefined>;
  readonly user?: Schema<string | undefined>;
  /** By the header's name in lower case. */
  readonly headers?: Readonly<Record<string, Schema<string | undefined>>>;
}

/** The most characters of each text of a context. */
const CONTEXT_TEXT_LENGTH_MAX = 255;

const CONTEXT_TEXT_MUST_BE = `must be a text of 1 to ${CONTEXT_TEXT_LENGTH_MAX} characters without control characters`;

/** A text that may be part of a key: it is recorded, and compared to the character. */
export function isContextText(value: unknown): value is string {
  return (
    typeof value === "string" && value.length > 0 && value.length <= CONTEXT_TEXT_LENGTH_MAX && !/\p{Cc}|\p{Cs}/u.test(value)
  );
}

/** What a journal keeps for long must not hold what opens doors. */
const SECRET_HEADERS: readonly string[] = ["authorization", "cookie", "proxy-authorization"];

/** Why a definition cannot take this context; undefined if it can. */
export function findContextProblem({ headers = {} }: ContextSchemas): string | undefined {
  for (const name of Object.keys(headers)) {
    if (!/^[a-z0-9]+([-_][a-z0-9]+)*$/.test(name) || name.length > CONTEXT_TEXT_LENGTH_MAX)
      return `the header "${name}" of its context must be named like "x-region"`;
    if (SECRET_HEADERS.includes(name)) return `its context must not take the header "${name}", because what it takes is recorded`;
  }
  return undefined;
}

type Path = readonly string[];

/** One text of a context: where it stands, and what its definition says of it. */
interface ContextText {
  readonly path: Path;
  readonly schema: Schema<string | undefined> | undefined;
  readonly value: unknown;
}

/**
 * Validates the context of a start.
 *
 * @returns undefined if there is none.
 * @throws SchemaError whose issues begin with `context`; TypeError for a schema that changes what it validates, or is asynchronous.
 */
export function readContext(schemas: ContextSchemas, raw: unknown, what: string): SagaContext | undefined {
  // On the path of every saga.
  if (raw === undefined && Object.keys(schemas).length === 0) return undefined;
  const members = membersOf(raw, "must be an object", ["context"], what);
  const headers = membersOf(members["headers"], "must be an object of texts", ["context", "headers"], what);
  const { headers: headerSchemas = {}, ...others } = schemas;
  const { headers: _apart, ...given } = members;
  const own = textsOf(["context"], others, given);
  const all = [...own, ...textsOf(["context", "headers"], headerSchemas, headers)];
  const issues = all.flatMap((text) => issuesOf(text, what));
  if (issues.length > 0) throw new SchemaError(what, issues);
  const { tenant, user } = members;
  const texts = Object.entries(headers).flatMap(([name, value]) => (isContextText(value) ? [[name, value] as const] : []));
  const context: SagaContext = {
    ...(isContextText(tenant) && { tenant }),
    ...(isContextText(user) && { user }),
    ...(texts.length > 0 && { headers: Object.fromEntries(texts) }),
  };
  return Object.keys(context).length === 0 ? undefined : context;
}

function membersOf(raw: unknown, message: string, path: Path, what: string): Readonly<Record<string, unknown>> {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) throw new SchemaError(what, [{ message, path }]);
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
}

/** Each text that is declared, or given. */
function textsOf(
  place: Path,
  schemas: Readonly<Record<string, Schema<string | undefined>>>,
  values: Readonly<Record<string, unknown>>,
): readonly ContextText[] {
  const names = new Set([...Object.keys(schemas), ...Object.keys(values)]);
  return [...names].map((name) => {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    return { path: [...place, name], schema, value: values[name] };
  });
}

function issuesOf({ path, schema, value }: ContextText, what: string): readonly SchemaIssue[] {
  if (schema === undefined) return [{ message: "is not part of the context that the definition takes", path }];
  if (value !== undefined && !isContextText(value)) return [{ message: CONTEXT_TEXT_MUST_BE, path }];
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise)
    throw new TypeError(`The schema of ${path.join(".")} validates asynchronously; a definition's schemas must be synchronous.`);
  if (result.issues) return result.issues.map(({ message }) => ({ message, path }));
  if (result.value !== value) throw new TypeError(`The schema of ${path.join(".")} in ${what} changes what it validates.`);
  return [];
}

/** Control characters: no tenant, owner, key or correlation that a sender names holds one. */
const AFTER_TENANT = "\u001f";
const AFTER_OWNER = "\u001e";

/** A key or a correlation as it is kept: those of different tenants, and of none, are never the same. */
export function inScope(tenant: string | undefined, text: string): string {
  return tenant === undefined ? text : `${tenant}${AFTER_TENANT}${text}`;
}

/** A key of an owner as it is kept. */
export function ofOwner(owner: string, key: string): string {
  return `${owner}${AFTER_OWNER}${key}`;
}
