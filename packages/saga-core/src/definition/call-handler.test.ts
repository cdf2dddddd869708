import { describe, expect, it } from "vitest";
import { isJsonObject } from "../json.ts";
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

const attempt = { key: "k" };
const run = (returned: unknown) => callHandler(handlerReturning(returned), "run", {}, attempt);
const rollback = (returned: unknown) => callHandler(handlerReturning(returned), "rollback", {}, attempt);

describe("what a handler returns", () => {
  it("is recorded without the members that its step does not give, which would else override the saga's input", async () => {
    expect(await run({ outcome: "done", result: { order: 7, user: "other" } })).toEqual({
      outcome: "done",
      result: { order: 7 },
    });
  });

  it("of a rollback leaves nothing behind", async () => {
    expect(await rollback({ outcome: "done", result: { order: 7 } })).toEqual({ outcome: "done", result: {} });
  });

  it.for<[string, unknown]>([
    ["nothing", undefined],
    ["another outcome", { outcome: "maybe", reason: "?" }],
    ["a refusal without a reason", { outcome: "rejected" }],
    ["a result that does not fit", { outcome: "done", result: { order: "7" } }],
    ["no result", { outcome: "done" }],
    ["what JSON cannot say", { outcome: "done", result: { order: 7n } }],
  ])("that is %s is unknown: the call may have had its effect", async ([, returned]) => {
    expect((await run(returned)).outcome).toBe("unknown");
  });

  it("of a rollback that is nothing is unknown too", async () => {
    expect((await rollback(undefined)).outcome).toBe("unknown");
  });

  it.for<[unknown, number | undefined]>([
    [1_500, 1_500],
    [0.5, 1],
    [-5, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ["soon", undefined],
  ])("with a wait of %s milliseconds is recorded as %s", async ([retryAfterMs, recorded]) => {
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

  it("that makes something else of what it made is refused: a reloaded saga would go on with other content", () => {
    const inCents = schemaOf((value) => ({ price: isJsonObject(value) ? Number(value["price"]) * 100 : 0 }));
    expect(() => parseStable(inCents, { price: 1 }, "the input")).toThrow(/changes what it has validated/);
  });

  it("that does so in the place of what it was given is refused too", () => {
    const inPlace = schemaOf((value) => {
      if (!isJsonObject(value)) return {};
      return Object.assign(value, { price: Number(value["price"]) * 100 });
    });
    expect(() => parseStable(inPlace, { price: 1 }, "the input")).toThrow(/changes what it has validated/);
  });

  it("that does not fit what it made itself is no fault of the value", () => {
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

  it("that validates later is refused", () => {
    const later: Schema<object> = {
      "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value: { value } }) },
    };
    expect(() => parseStable(later, {}, "the input")).toThrow(/must be synchronous/);
  });

  it("gives what a journal gives back", () => {
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
