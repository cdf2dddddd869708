import { describe, expect, it } from "vitest";
import { isJsonObject } from "../json.ts";
import { sampleAttempt } from "../testing/sample-attempt.ts";
import { callHandler } from "./call-handler.ts";
import type { AnyHandler } from "./handler.ts";
import { parseStable, type Schema } from "./schema.ts";

/** Keeps `order` and drops the rest, as most validators do. */
const gives: Schema<object> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      isJsonObject(value) && typeof value["order"] === "number"
        ? { value: { order: value["order"] } }
        : { issues: [{ message: "must be a number", path: ["order"] }] },
  },
};

function handlerReturning(returned: unknown): AnyHandler {
  const answer = async () => returned as never;
  return {
    kind: "compensatable",
    step: "create",
    words: { state: "CREATING", done: "Created", failed: "CreationFailed", undoing: "DELETING", undone: "Deleted" },
    participant: { name: "shop", keyed: true },
    gives,
    rollbackIsRepeatable: false,
    run: answer,
    rollback: answer,
  };
}

const attempt = sampleAttempt();
const run = (returned: unknown) => callHandler(handlerReturning(returned), "run", {}, attempt);
const turn = { cause: "cancelled", step: "order", reason: "it was cancelled" } as const;
const rollback = (returned: unknown) => callHandler(handlerReturning(returned), "rollback", {}, { ...attempt, turn });

describe("a read", () => {
  const read = (returned: unknown, seen: unknown[] = []): AnyHandler => ({
    kind: "read",
    step: "read",
    participant: { name: "shop", keyed: true },
    gives,
    run: async (_data, ...attempt) => {
      seen.push(...attempt);
      return returned as never;
    },
  });

  it("gets the trace, the signal and no key, because it has no effect that a key could keep single", async () => {
    const seen: unknown[] = [];
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
    const { key: _none, ...rest } = attempt;
    await callHandler(read({ outcome: "done", result: { order: 7 } }, seen), "run", {}, { ...attempt, trace });
    expect(seen).toEqual([{ ...rest, trace }]);
  });

  it("has neither a rollback nor a probe", async () => {
    expect(await callHandler(read({}), "rollback", {}, attempt)).toMatchObject({ outcome: "unknown" });
    expect(await callHandler(read({}), "probe", {}, attempt)).toMatchObject({ outcome: "unknown" });
  });
});

describe("a handler's return value", () => {
  it("is recorded without members that its step does not declare, because they would override the saga's input", async () => {
    expect(await run({ outcome: "done", result: { order: 7, user: "other" } })).toEqual({
      outcome: "done",
      result: { order: 7 },
    });
  });

  it("adds nothing to the saga's data if it comes from a rollback", async () => {
    expect(await rollback({ outcome: "done", result: { order: 7 } })).toEqual({ outcome: "done", result: {} });
  });

  it.for<[string, unknown]>([
    ["nothing", undefined],
    ["another outcome", { outcome: "maybe", reason: "?" }],
    ["a refusal without a reason", { outcome: "rejected" }],
    ["a result that does not fit", { outcome: "done", result: { order: "7" } }],
    ["no result", { outcome: "done" }],
    ["a value that JSON cannot hold", { outcome: "done", result: { order: 7n } }],
  ])("is unknown if it is %s: the call may have had its effect", async ([, returned]) => {
    expect((await run(returned)).outcome).toBe("unknown");
  });

  it("is unknown if a rollback returns nothing", async () => {
    expect((await rollback(undefined)).outcome).toBe("unknown");
  });

  it.for<[unknown, number | undefined]>([
    [1_500, 1_500],
    [0.5, 1],
    [-5, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ["soon", undefined],
  ])("has its wait of %s milliseconds recorded as %s", async ([retryAfterMs, recorded]) => {
    const outcome = await run({ outcome: "unavailable", reason: "away", retryAfterMs });
    expect(outcome).toEqual({
      outcome: "unavailable",
      reason: "away",
      ...(recorded !== undefined && { retryAfterMs: recorded }),
    });
  });
});

describe("a schema", () => {
  const schemaOf = (make: (value: unknown) => object): Schema<object> => ({
    "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: make(value) }) },
  });

  it("is refused if it changes its own output: a reloaded saga would go on with other content", () => {
    const inCents = schemaOf((value) => ({ price: isJsonObject(value) ? Number(value["price"]) * 100 : 0 }));
    expect(() => parseStable(inCents, { price: 1 }, "the input")).toThrow(/changes what it has validated/);
  });

  it("is refused if it changes its own output in place", () => {
    const inPlace = schemaOf((value) => {
      if (!isJsonObject(value)) return {};
      return Object.assign(value, { price: Number(value["price"]) * 100 });
    });
    expect(() => parseStable(inPlace, { price: 1 }, "the input")).toThrow(/changes what it has validated/);
  });

  it("is refused if it rejects its own output, and the value is not blamed", () => {
    const once: Schema<object> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value) =>
          isJsonObject(value) && !("seen" in value) ? { value: { seen: true } } : { issues: [{ message: "seen" }] },
      },
    };
    expect(() => parseStable(once, {}, "the input")).toThrow(/changes what it has validated/);
  });

  it("is refused if it validates asynchronously", () => {
    const later: Schema<object> = {
      "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value: { value } }) },
    };
    expect(() => parseStable(later, {}, "the input")).toThrow(/must be synchronous/);
  });

  it("gives the value that a journal gives back", () => {
    expect(
      parseStable(
        schemaOf((value) => ({ ...Object(value) })),
        { at: new Date(0), none: undefined },
        "the input",
      ),
    ).toEqual({
      at: "1970-01-01T00:00:00.000Z",
    });
  });
});
