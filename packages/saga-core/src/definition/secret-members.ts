import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { AnyChain } from "./chain.ts";
import { givesNothing } from "./gives-nothing.ts";
import type { AnyHandler } from "./handler.ts";
import type { AllGivenBy } from "./handler-types.ts";
import { MASK, maskText } from "./mask.ts";
import { type Schema, SchemaError } from "./schema.ts";

/** A depth of members. Deeper ones cannot be marked: a type may contain itself. */
type Depth = readonly unknown[];
type Deepest = 5;

/** The paths of the members of a type: `card`, and `card.number`. What is in a list has the path that it would have without the list. */
type MemberPath<Data, At extends Depth = []> = At["length"] extends Deepest
  ? never
  : Data extends readonly (infer Item)[]
    ? MemberPath<Item, At>
    : Data extends object
      ? {
          [Name in keyof Data & string]-?: Name | `${Name}.${MemberPath<Data[Name], [...At, 0]>}`;
        }[keyof Data & string]
      : never;

type InputOf<Steps extends AnyChain> = Steps["input"] extends Schema<infer Input> ? Input : never;

type SignalOf<Step> = Step extends { readonly how: "wait"; readonly accepts?: Schema<infer Signal> | undefined } ? Signal : never;

/** A member of a chain's input, data or signals, which a definition may mark as secret: `card.number`. */
export type SecretMember<Steps extends AnyChain> = AnyChain extends Steps
  ? string
  : MemberPath<InputOf<Steps> & AllGivenBy<Steps["handlers"]>> | MemberPath<SignalOf<Steps["handlers"][number]>>;

/** Why a definition cannot mark these members; undefined if it can. */
export function findSecretProblem(secret: readonly string[], { input, handlers }: AnyChain): string | undefined {
  if (secret.length === 0) return undefined;
  const shapes = shapesOf([input, ...handlers.flatMap(schemasOf)]);
  for (const path of secret) {
    if (!path.split(".").every((name) => name !== "")) return `its secret member "${path}" must be named like "card.number"`;
    if (shapes && !shapes.some((shape) => hasMember(shape, path.split("."))))
      return `its secret member "${path}" is in no input, data or signal`;
  }
  return handlers.map((handler) => findShownSecret(handler, secret)).find((problem) => problem !== undefined);
}

/** Its value is in the URL of a signal, or shown as the end of the wait. */
function findShownSecret(handler: AnyHandler, secret: readonly string[]): string | undefined {
  const { correlation, waitUntil } = handler.how === "wait" ? handler : {};
  const shown = [correlation, waitUntil].find((name) => name !== undefined && secret.some((path) => path.split(".")[0] === name));
  return shown === undefined ? undefined : `the wait "${handler.step}" shows its secret member "${shown}"`;
}

function schemasOf(handler: AnyHandler): readonly Schema<object>[] {
  return [handler.gives, ...(handler.how === "wait" && handler.accepts ? [handler.accepts] : [])];
}

/** The JSON Schemas of some schemas; undefined where a validator does not tell one, so that nothing can be checked. */
function shapesOf(schemas: readonly Schema<object>[]): readonly JsonObject[] | undefined {
  const shapes = schemas.filter((schema) => schema !== givesNothing).map(shapeOf);
  const known = shapes.filter((shape) => shape !== undefined);
  return known.length === shapes.length ? known : undefined;
}

/** As Standard JSON Schema v1 describes it (https://standardschema.dev/json-schema). */
function shapeOf({ "~standard": standard }: Schema<object>): JsonObject | undefined {
  const toJson: unknown = Reflect.get(standard, "jsonSchema");
  const output: unknown = typeof toJson === "object" && toJson !== null ? Reflect.get(toJson, "output") : undefined;
  if (typeof output !== "function") return undefined;
  try {
    const shape: unknown = Reflect.apply(output, toJson, [{ target: "draft-2020-12" }]);
    return isJsonObject(shape) ? shape : undefined;
  } catch {
    // Some schemas have none, such as those that transform.
    return undefined;
  }
}

/** Whether a value of this shape may have a member. What the shape leaves open may be anything. */
function hasMember(shape: Json | undefined, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  if (!isJsonObject(shape)) return shape !== false && shape !== undefined;
  const { properties, items, prefixItems, anyOf, oneOf, allOf, additionalProperties, type, $ref } = shape;
  if ($ref !== undefined) return true;
  const alternatives = [anyOf, oneOf, allOf, prefixItems].flatMap((list) => (Array.isArray(list) ? list : []));
  if ([...alternatives, items].some((each: Json | undefined) => each !== undefined && hasMember(each, path))) return true;
  if (isJsonObject(properties) && Object.hasOwn(properties, name)) return hasMember(properties[name], rest);
  if (isJsonObject(additionalProperties)) return hasMember(additionalProperties, rest);
  const isOpen = type === undefined && alternatives.length === 0;
  return isOpen || (type === "object" && properties === undefined && additionalProperties !== false);
}

/** A value with a mask in the place of each secret member. */
export function withoutSecretMembers(value: JsonObject, secret: readonly string[]): JsonObject {
  return secret.reduce((left, path) => replaced(left, path.split(".")), value);
}

function replaced(value: JsonObject, [name = "", ...rest]: readonly string[]): JsonObject {
  if (!Object.hasOwn(value, name)) return value;
  return { ...value, [name]: rest.length === 0 ? MASK : inside(value[name] ?? null, rest) };
}

function inside(value: Json, path: readonly string[]): Json {
  if (isJsonObject(value)) return replaced(value, path);
  return Array.isArray(value) ? value.map((each: Json) => inside(each, path)) : value;
}

/** The refusal of a value, without what its validator tells of the secret members of it. */
export function withoutSecretTexts(error: SchemaError, value: unknown, secret: readonly string[]): SchemaError {
  const texts = secretTextsOf(value, secret);
  if (texts.length === 0) return error;
  const issues = error.issues.map((issue) => ({ ...issue, message: maskText(issue.message, texts) }));
  return new SchemaError(error.what, issues);
}

/** The texts and numbers in the secret members of a value, as texts: so they may stand in other texts. */
export function secretTextsOf(value: unknown, secret: readonly string[]): readonly string[] {
  return secret.flatMap((path) => membersAt(value, path.split(".")).flatMap(leavesOf));
}

function membersAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((each: unknown) => membersAt(each, path));
  return isJsonObject(value) && Object.hasOwn(value, name) ? membersAt(value[name], rest) : [];
}

/** A list instead of recursion: a participant's reply may nest deeper than the stack is. */
function leavesOf(value: unknown): readonly string[] {
  const leaves: string[] = [];
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string" || typeof next === "number") leaves.push(String(next));
    else if (typeof next === "object" && next !== null) open.push(...Object.values(next));
  }
  return leaves;
}
