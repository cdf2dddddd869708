import { describe, expect, it } from "vitest";
import { isAboutSameStep, operationOf } from "./operation.ts";
import { sagaOf } from "./samples.ts";

const saga = sagaOf(["done", "done", "done", "unknown"], { status: "needs_intervention" });
const written = { note: "seen", by: "", result: undefined };

describe("a choice as a request", () => {
  it("is the route of its operation, with the note, and with the name of who gives one", () => {
    expect(operationOf("cancel", saga, written)).toEqual({ route: "cancel", body: { note: "seen" } });
    expect(operationOf("not-applied", saga, { ...written, by: " ada " })).toEqual({
      route: "resolve",
      body: { step: "create-payment", applied: false, note: "seen", by: "ada" },
    });
  });

  it("carries what the step gave", () => {
    expect(operationOf("applied", saga, { ...written, result: { payment_id: 3 } })).toEqual({
      route: "resolve",
      body: { step: "create-payment", applied: true, note: "seen", result: { payment_id: 3 } },
    });
    expect(operationOf("applied", saga, { ...written, result: {} })?.body).not.toHaveProperty("result");
  });

  it("is about another step as soon as the saga asks about another one", () => {
    const applied = operationOf("applied", saga, written) ?? expect.fail("a known choice");
    expect(isAboutSameStep(applied, "applied", saga)).toBe(true);
    const later = sagaOf(["done", "unknown", "done", "done"], { status: "needs_intervention" });
    expect(isAboutSameStep(applied, "applied", later)).toBe(false);
    const cancel = operationOf("cancel", saga, written) ?? expect.fail("a known choice");
    expect(isAboutSameStep(cancel, "cancel", later)).toBe(true);
  });

  it("is none for a choice that is not known here", () => {
    expect(operationOf("a-new-choice", saga, written)).toBeUndefined();
  });
});
