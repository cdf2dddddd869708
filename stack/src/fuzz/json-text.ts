import fc from "fast-check";
import type { ApiParameter, ValueSchema } from "./api-routes.ts";
import { hostileJson } from "./hostile-text.ts";

/** A place for the id of a saga that exists, which is known only when the request is sent. */
export const SAGA_ID = "{saga_id}";

type Schemas = Readonly<Record<string, ValueSchema>>;

export interface JsonTextOptions {
  readonly schemas: Schemas;
  /** How often a value is hostile, in percent; 0: the text is valid. */
  readonly hostile: number;
  /** Values that make a member reach something, by the member's name. */
  readonly known: Readonly<Record<string, fc.Arbitrary<string>>>;
}

/** Makes JSON text that a schema allows, but for what is hostile in it. It is text, because a value has no 1e400 and no name that is there twice. */
export function jsonTextOf(schema: ValueSchema, options: JsonTextOptions): fc.Arbitrary<string> {
  const valid = validTextOf(resolve(schema, options.schemas), options);
  return options.hostile === 0
    ? valid
    : fc.oneof({ weight: 100 - options.hostile, arbitrary: valid }, { weight: options.hostile, arbitrary: hostileJson });
}

function resolve(schema: ValueSchema, schemas: Schemas): ValueSchema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (schemas[name] ?? {});
}

function validTextOf(schema: ValueSchema, options: JsonTextOptions): fc.Arbitrary<string> {
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives && alternatives.length > 0) return fc.oneof(...alternatives.map((each) => jsonTextOf(each, options)));
  if (schema.const !== undefined) return fc.constant(JSON.stringify(schema.const));
  if (schema.enum) return fc.constantFrom(...schema.enum.map((each) => JSON.stringify(each)));
  const type = typeof schema.type === "string" ? schema.type : schema.type?.[0];
  switch (type) {
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 100, 4) }).map(String);
    case "number":
      return fc.constantFrom("0.5", "1", "2e1");
    case "boolean":
      return fc.constantFrom("true", "false");
    case "array":
      return fc
        .array(jsonTextOf(schema.items ?? {}, options), { minLength: schema.minItems ?? 0, maxLength: 3 })
        .map((items) => `[${items.join()}]`);
    case "string":
      return validString(schema);
    default:
      return validObject(schema, options);
  }
}

function validString({ format, minLength = 0, maxLength = 30 }: ValueSchema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.constant(JSON.stringify(SAGA_ID));
  if (format === "date-time") return fc.constantFrom('"2026-11-23T12:00:00Z"', '"2030-01-01T00:00:00+01:00"');
  return fc.string({ minLength, maxLength: Math.min(maxLength, 30), unit: "grapheme-ascii" }).map((text) => JSON.stringify(text));
}

const extraNames = ["__proto__", "constructor", "toString", "a/b~c", "", "\u0000", "\ud800", "x".repeat(2_000)];

function validObject({ properties = {}, required = [] }: ValueSchema, options: JsonTextOptions): fc.Arbitrary<string> {
  const { hostile, known } = options;
  const members = Object.entries(properties).map(([name, schema]) => {
    const text = known[name] ?? jsonTextOf(schema, options);
    const member = text.map((value) => `${JSON.stringify(name)}:${value}`);
    const isNeeded = required.includes(name) && hostile === 0;
    return isNeeded ? member : fc.option(member, { nil: undefined, freq: required.includes(name) ? 20 : 1 });
  });
  const extra = fc.tuple(fc.constantFrom(...extraNames), hostileJson).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  const extras = hostile === 0 ? fc.constant([]) : fc.array(extra, { maxLength: 2, size: "-1" });
  return fc
    .tuple(fc.tuple(...members), extras)
    .map(([own, more]) => `{${[...own.filter((member) => member !== undefined), ...more].join()}}`);
}

/** Makes a value of a parameter, as text. */
export function parameterTextOf({ schema }: ApiParameter, options: JsonTextOptions): fc.Arbitrary<string> {
  return jsonTextOf(schema, { ...options, hostile: 0 }).map((text) => (text.startsWith('"') ? String(JSON.parse(text)) : text));
}
