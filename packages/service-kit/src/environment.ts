import { z } from "zod";
import { HIDDEN, shownValue } from "./shown-value.ts";

/** A variable has a value that cannot be used. The message names the variable, the value and an example, for the person who set it. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment once, and freezes the result. Every variable of the schema has an `example` in its metadata (see variables.ts).
 *
 * @throws EnvironmentError that names every malformed variable, its value and an example that works.
 */
export function readEnvironment<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Environment,
): Readonly<z.output<z.ZodObject<Shape>>> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? "");
    const example = exampleOf(schema, name);
    const shown = isSecret(schema, name) ? HIDDEN : shownValue(environment[name] ?? "");
    return `  ${name}=${shown}: ${issue.message}. Example: ${name}=${example}`;
  });
  throw new EnvironmentError(`The environment cannot be used:\n${lines.join("\n")}`);
}

function exampleOf(schema: z.ZodObject, name: string): string {
  return String(metaOf(schema, name)["example"]);
}

function isSecret(schema: z.ZodObject, name: string): boolean {
  return metaOf(schema, name)["isSecret"] === true;
}

function metaOf(schema: z.ZodObject, name: string): Readonly<Record<string, unknown>> {
  const variable = schema.shape[name];
  return (variable instanceof z.ZodType ? variable.meta() : undefined) ?? {};
}
