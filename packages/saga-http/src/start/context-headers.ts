import { z } from "@hono/zod-openapi";
import type { HonoRequest } from "hono";
import { type ContextSchemas, type Controller, SchemaError, StartRefused } from "saga-core";
import { pointer } from "saga-core/engine";
import type { Caller } from "../access/access.ts";
import { invalidRequest } from "../problems/invalid-request.ts";

/** The headers that say who calls, in lower case. Only a proxy that sets them itself, whatever its client sends, makes them true. */
export interface ContextHeaders {
  /** Default: `x-tenant-id`. */
  readonly tenant?: string;
  /** Default: `x-user-id`. */
  readonly user?: string;
}

/** The same with the defaults. */
export type ContextHeaderNames = Required<ContextHeaders>;

export function contextHeaderNames({ tenant = "x-tenant-id", user = "x-user-id" }: ContextHeaders = {}): ContextHeaderNames {
  return { tenant, user };
}

/**
 * Every header that a request may carry for a definition, and the member of the context that it becomes. Where senders are authenticated, their
 * identity says tenant and user.
 */
function headersOf({ tenant, user, headers = {} }: ContextSchemas, names: ContextHeaderNames, isAuthenticated: boolean) {
  return [
    ...(tenant && !isAuthenticated ? [{ header: names.tenant, member: "/context/tenant", schema: tenant }] : []),
    ...(user && !isAuthenticated ? [{ header: names.user, member: "/context/user", schema: user }] : []),
    ...Object.entries(headers).map(([header, schema]) => ({ header, member: `/context/headers/${header}`, schema })),
  ];
}

/** What says for whom a request is. */
export interface ContextSource {
  readonly names: ContextHeaderNames;
  readonly caller: Caller;
}

/** The context that a request has for a definition: what is not declared is not read. What the identity says, no header says otherwise. */
export function contextOf(req: HonoRequest, { context }: Controller, { names, caller }: ContextSource): unknown {
  const { tenant, user, headers = {} } = context;
  if (!tenant && !user && Object.keys(headers).length === 0) return undefined;
  return {
    ...(tenant && { tenant: tenantOf(req, { names, caller }) }),
    ...(user && { user: caller.identity ? caller.identity.subject : req.header(names.user) }),
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, req.header(name)])),
  };
}

/** The tenant for whom a request is sent. */
export function tenantOf(req: HonoRequest, { names, caller: { identity } }: ContextSource): string | undefined {
  return identity ? identity.tenant : req.header(names.tenant);
}

/** The refusal of a context, with what the client must change, a header or its token; any other error as it is. */
export function withSources(error: unknown, { context }: Controller, { names, caller }: ContextSource): unknown {
  if (!(error instanceof StartRefused) || error.refusal !== "invalid-context" || !(error.cause instanceof SchemaError))
    return error;
  const declared = headersOf(context, names, caller.identity !== undefined);
  return invalidRequest(
    error.cause.issues.map((issue) => {
      const header = declared.find(({ member }) => member === pointer(issue))?.header;
      const source = header === undefined ? caller.identity && "your token" : `the header ${header}`;
      const detail = source === undefined ? issue.message : `(of ${source}): ${issue.message}`;
      return { pointer: pointer(issue), detail };
    }),
  );
}

/** The headers of a definition's context, for the OpenAPI document. */
export function documentedContext(
  { context }: Controller,
  names: ContextHeaderNames,
  isAuthenticated: boolean,
): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    headersOf(context, names, isAuthenticated).map(({ header, schema }) => {
      const result = schema["~standard"].validate(undefined);
      const isOptional = !(result instanceof Promise) && result.issues === undefined;
      const text = z.string().min(1).max(255);
      return [header, (isOptional ? text.optional() : text).describe("A part of the caller's context: it is recorded.")];
    }),
  );
}

/** The names of all headers of the contexts of some definitions. */
export function allContextHeaders(
  controllers: readonly Controller[],
  names: ContextHeaderNames,
  isAuthenticated: boolean,
): readonly string[] {
  const named = controllers.flatMap(({ context }) => headersOf(context, names, isAuthenticated).map(({ header }) => header));
  return [...new Set(named)];
}
