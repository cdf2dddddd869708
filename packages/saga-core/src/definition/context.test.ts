import { describe, expect, it } from "vitest";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { type ContextSchemas, inScope, readContext } from "./context.ts";
import type { Schema } from "./schema.ts";

function schemaOf(validate: Schema<string | undefined>["~standard"]["validate"]): Schema<string | undefined> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const any = schemaOf((value) => (value === undefined || typeof value === "string" ? { value } : { issues: [] }));

function definitionWith(context: ContextSchemas): ScriptedController {
  return new ScriptedController([{ step: "pay", kind: "pivot" }], new ScriptedWorld(), {}, { context });
}

describe("the context that a definition takes", () => {
  it.for(["X-Region", "", "a b", "x-", "x".repeat(256)])("is refused with a header named %j", (name) => {
    expect(() => definitionWith({ headers: { [name]: any } })).toThrow(
      /the header ".*" of its context must be named like "x-region"/s,
    );
  });

  it.for(["authorization", "cookie", "proxy-authorization"])("is refused with %s, because it would be recorded", (name) => {
    expect(() => definitionWith({ headers: { [name]: any } })).toThrow("what it takes is recorded");
  });

  it("is what its schemas say, and nothing where all is left out", () => {
    const context = definitionWith({ tenant: any, headers: { "x-region": any } }).context;
    expect(readContext(context, { tenant: "acme", headers: { "x-region": undefined } }, "it")).toEqual({ tenant: "acme" });
    expect(readContext(context, { tenant: undefined, headers: {} }, "it")).toBeUndefined();
    expect(readContext({}, undefined, "it")).toBeUndefined();
  });

  it("is a defect of the definition where a schema changes a text, or is asynchronous", () => {
    const trims = schemaOf((value) => ({ value: String(value).trim() }));
    const later = schemaOf((value) => Promise.resolve({ value: String(value) }));
    expect(() => readContext({ tenant: trims }, { tenant: " a " }, "it")).toThrow("changes what it validates");
    expect(() => readContext({ user: later }, { user: "a" }, "it")).toThrow("validates asynchronously");
  });
});

describe("the scope of a tenant", () => {
  it("keeps the texts of different tenants, and of none, apart", () => {
    const scoped = [
      inScope(undefined, "b:k"),
      inScope("a", "b:k"),
      inScope("a:b", "k"),
      inScope("b", "k"),
      inScope(undefined, "k"),
    ];
    expect(new Set(scoped).size).toBe(scoped.length);
  });
});
