import type { z } from "@hono/zod-openapi";
import type { Controller } from "saga-core";

/** A definition, and how this API shows it. */
export interface SagaResource {
  readonly controller: Controller;
  /** The schema of its input, the same that its controller validates with; the OpenAPI document shows it. */
  readonly input: z.ZodObject;
  /** The members of a saga's data that its caller is told. */
  readonly result: z.ZodObject;
}
