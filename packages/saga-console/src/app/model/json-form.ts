/** A field of a form for an object that a JSON Schema describes. */
export interface JsonField {
  readonly name: string;
  readonly kind: "text" | "number" | "integer" | "yes-no" | "choice" | "json";
  readonly isRequired: boolean;
  readonly about: string | undefined;
  /** The texts to choose from. */
  readonly choices: readonly string[];
}

/** What was written into each field; a field that nobody touched is absent. */
export type Written = Readonly<Record<string, string>>;

export type Made =
  | { readonly value: Readonly<Record<string, unknown>> }
  /** The fields in which something is missing or wrong. */
  | { readonly wrong: readonly string[] };

/** The fields of a schema of an object; undefined for any other schema, which has one field for all of its JSON. */
export function fieldsOf(schema: Readonly<Record<string, unknown>> | undefined): readonly JsonField[] | undefined {
  const properties = objectOf(schema?.["properties"]);
  if (schema?.["type"] !== "object" || !properties) return undefined;
  const required = listOf(schema["required"]);
  return Object.entries(properties).map(([name, raw]) => {
    const member = objectOf(raw) ?? {};
    const choices = listOf(member["enum"]).filter((each) => typeof each === "string");
    const about = member["description"];
    return {
      name,
      kind: kindOf(member, choices),
      isRequired: required.includes(name),
      about: typeof about === "string" ? about : undefined,
      choices,
    };
  });
}

function kindOf({ type, enum: given }: Readonly<Record<string, unknown>>, choices: readonly string[]): JsonField["kind"] {
  if (choices.length > 0 && choices.length === listOf(given).length) return "choice";
  switch (type) {
    case "string":
      return "text";
    case "number":
    case "integer":
      return type;
    case "boolean":
      return "yes-no";
    default:
      return "json";
  }
}

/** The object that was written. The API validates it once more, by the definition's own schema. */
export function objectFrom(fields: readonly JsonField[], written: Written): Made {
  const read = fields.map((field) => [field, valueIn(field, written[field.name] ?? "")] as const);
  const wrong = read.filter(([{ isRequired }, value]) => value === "wrong" || (value === "absent" && isRequired));
  if (wrong.length > 0) return { wrong: wrong.map(([{ name }]) => name) };
  return {
    value: Object.fromEntries(read.flatMap(([{ name }, read]) => (typeof read === "string" ? [] : [[name, read.value]]))),
  };
}

type Read = { readonly value: unknown } | "absent" | "wrong";

function valueIn({ kind, choices }: JsonField, text: string): Read {
  if (text.trim() === "") return "absent";
  switch (kind) {
    case "text":
      return { value: text };
    case "choice":
      return choices.includes(text) ? { value: text } : "wrong";
    case "yes-no":
      return text === "true" || text === "false" ? { value: text === "true" } : "wrong";
    case "number":
    case "integer": {
      const value = Number(text);
      const isRight = kind === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
      return isRight ? { value } : "wrong";
    }
    case "json": {
      const value = parsed(text);
      return value === undefined ? "wrong" : { value };
    }
  }
}

/** The object that a text is; undefined if it is none. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  return objectOf(parsed(text));
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The name of the one field of a schema that has no fields of its own: it has all of the JSON. */
export const WHOLE = "";

/** The object that was written into the form of a schema; an empty one where there is but one field, and that is empty. */
export function objectBySchema(schema: Readonly<Record<string, unknown>> | undefined, written: Written): Made {
  const fields = fieldsOf(schema);
  if (fields) return objectFrom(fields, written);
  const text = written[WHOLE] ?? "";
  if (text.trim() === "") return { value: {} };
  const value = readObject(text);
  return value ? { value } : { wrong: [WHOLE] };
}
