import { z } from "@hono/zod-openapi";
import type { AnyHandler } from "saga-core";

/** A schema of any library, as a handler has it. */
type AnySchema = AnyHandler["gives"];

const documentSchema = z.record(z.string(), z.unknown());

/**
 * The JSON Schema of what a schema takes (https://standardschema.dev/json-schema); undefined where its library makes none, or none of this one: a page
 * then has a plain field.
 */
export function jsonSchemaOf(schema: AnySchema): Readonly<Record<string, unknown>> | undefined {
  const standard: object = schema["~standard"];
  const converter: unknown = "jsonSchema" in standard ? standard.jsonSchema : undefined;
  if (typeof converter !== "object" || converter === null || !("input" in converter)) return undefined;
  if (typeof converter.input !== "function") return undefined;
  try {
    const document: unknown = converter.input({ target: "draft-2020-12" });
    return documentSchema.safeParse(document).data;
  } catch {
    // A library throws where a schema cannot be written so, and only then.
    return undefined;
  }
}
