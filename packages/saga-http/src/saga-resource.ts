import type { z } from "@hono/zod-openapi";
import type { Controller } from "saga-core";

/** A definition, and how this API shows it. */
export interface SagaResource {
  /** The definition; its name is the last part of `POST /saga/{definition}`. */
  readonly controller: Controller;
  /** The input's schema: the same object that the controller validates with, which the OpenAPI document shows. */
  readonly input: z.ZodObject;
  /** The members of a saga's data that the reply to its start has. */
  readonly result: z.ZodObject;
}
