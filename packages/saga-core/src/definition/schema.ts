import { isJsonObject, type JsonObject, throughJson } from "../json.ts";

/**
 * A schema as Standard Schema v1 describes it (https://standardschema.dev), so that any validator fits and saga-core needs none.
 * It must validate synchronously. Input and output have the same type: a validated value is journaled, and validated again when it is read.
 */
export interface Schema<Value> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Value> | Promise<SchemaResult<Value>>;
    readonly types?: { readonly input: Value; readonly output: Value } | undefined;
  };
}

export type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Thrown for a value that does not fit its schema. `issues` name each wrong member and the allowed values. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
  /** What the value is, in words. */
  readonly what: string;
  readonly issues: readonly SchemaIssue[];

  constructor(what: string, issues: readonly SchemaIssue[]) {
    super(`${what} does not fit its schema: ${issues.map((issue) => `${pointer(issue)} ${issue.message}`).join("; ")}`);
    this.what = what;
    this.issues = issues;
  }
}

/** Validates, or throws a SchemaError. A schema that answers with a promise is a defect of the definition and throws a TypeError. */
export function parse<Value>(schema: Schema<Value>, value: unknown, what: string): Value {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    throw new TypeError(`The schema of ${what} validates asynchronously; a definition's schemas must be synchronous.`);
  }
  if (result.issues) throw new SchemaError(what, result.issues);
  return result.value;
}

/**
 * Validates, and gives the value in the bytes in which a journal will give it back.
 *
 * @throws SchemaError for a value that does not fit; TypeError for a schema that makes something else of what it has made: read back
 * from a journal, a saga would go on with other content under the same key (rule 2).
 */
export function parseStable(schema: Schema<object>, value: unknown, what: string): JsonObject {
  const given = throughJson(value);
  // As text, because a schema may change a value in its place.
  const givenText = JSON.stringify(given);
  const stored = throughJson(parse(schema, given, what));
  if (!isJsonObject(stored)) throw new SchemaError(what, [{ message: "must be an object" }]);
  const storedText = JSON.stringify(stored);
  // A schema that leaves a value as it was leaves it so again.
  if (storedText !== givenText && !isFixedPoint(schema, storedText, what)) {
    throw new TypeError(`The schema of ${what} changes what it has validated; validating twice must give the same value.`);
  }
  return stored;
}

function isFixedPoint(schema: Schema<object>, storedText: string, what: string): boolean {
  try {
    return JSON.stringify(throughJson(parse(schema, JSON.parse(storedText), what))) === storedText;
  } catch (error) {
    if (error instanceof SchemaError) return false;
    throw error;
  }
}

/** The member that an issue is about, as a JSON Pointer (RFC 6901). The empty pointer is the whole value. */
export function pointer(issue: SchemaIssue): string {
  return (issue.path ?? [])
    .map((segment) => (typeof segment === "object" ? segment.key : segment))
    .map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
