import { z } from "zod";

/** The parts of a JSON Schema that a valid value is made from. */
export interface ValueSchema {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minItems?: number | undefined;
  readonly items?: ValueSchema | undefined;
  readonly properties?: Readonly<Record<string, ValueSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly oneOf?: readonly ValueSchema[] | undefined;
  readonly anyOf?: readonly ValueSchema[] | undefined;
}

const valueSchema: z.ZodType<ValueSchema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minItems: z.number().optional(),
    items: valueSchema.optional(),
    properties: z.record(z.string(), valueSchema).optional(),
    required: z.array(z.string()).optional(),
    oneOf: z.array(valueSchema).optional(),
    anyOf: z.array(valueSchema).optional(),
  }),
);

const operation = z.looseObject({
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(["path", "query", "header"]), schema: valueSchema }))
    .default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: valueSchema })) }).optional(),
  security: z.array(z.unknown()).optional(),
});

const document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), valueSchema) }),
});

/** A parameter of the query or a header. */
export interface ApiParameter {
  readonly name: string;
  readonly schema: ValueSchema;
}

/** A route, as the served OpenAPI document has it. */
export interface ApiRoute {
  readonly method: string;
  /** Its path, like `/sagas/{saga_id}`. */
  readonly template: string;
  readonly query: readonly ApiParameter[];
  readonly headers: readonly ApiParameter[];
  /** Undefined where it reads no body. */
  readonly body: ValueSchema | undefined;
  readonly isOpen: boolean;
}

/** What requests are made from. */
export interface Api {
  readonly routes: readonly ApiRoute[];
  readonly schemas: Readonly<Record<string, ValueSchema>>;
}

/** Reads the routes of one or more OpenAPI documents; a route that several have is there once. */
export function readApi(documents: readonly unknown[]): Api {
  const routes = new Map<string, ApiRoute>();
  let schemas: Api["schemas"] = {};
  for (const { paths, components } of documents.map((each) => document.parse(each))) {
    schemas = { ...schemas, ...components.schemas };
    for (const [template, methods] of Object.entries(paths))
      for (const [method, { parameters, requestBody, security }] of Object.entries(methods)) {
        const within = (place: string) => parameters.filter((parameter) => parameter.in === place);
        const [media] = Object.values(requestBody?.content ?? {});
        routes.set(`${method} ${template}`, {
          method: method.toUpperCase(),
          template,
          query: within("query"),
          headers: within("header"),
          body: media?.schema,
          isOpen: security?.length === 0,
        });
      }
  }
  return { routes: [...routes.values()], schemas };
}
