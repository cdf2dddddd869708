import { describe, expect, it } from "vitest";
import { z } from "zod";
import { classify, errorBody } from "./classify.ts";

const rules = { confirmation: z.object({ payment_id: z.int() }), own404: errorBody };
const html = "<!doctype html><title>error</title>";
const inUse = { type: "idempotency-key-in-use", status: 409 };
const reused = { type: "https://payments.example/problems/idempotency-key-reused", status: 422 };

/** Every row of docs/participants.md, "Reading their replies". */
const rows: readonly (readonly [string, number, unknown, number | undefined, string])[] = [
  ["a success with what was promised", 201, { payment_id: 3 }, undefined, "done"],
  ["a success with another status", 200, { payment_id: 3, more: true }, undefined, "done"],
  ["a success without what was promised", 201, {}, undefined, "unknown"],
  ["a success with another type of it", 201, { payment_id: "3" }, undefined, "unknown"],
  ["an empty success", 200, "", undefined, "unknown"],
  ["a success in HTML", 200, html, undefined, "unknown"],
  ["half a JSON", 201, '{"payment_', undefined, "unknown"],
  ["no content", 204, "", undefined, "unknown"],
  ["a redirect", 302, "", undefined, "unknown"],
  ["a refusal 400", 400, { error: "no" }, undefined, "rejected"],
  ["a refusal 400 in HTML", 400, html, undefined, "rejected"],
  ["a refusal 402", 402, { error: "no" }, undefined, "rejected"],
  ["a conflict that is not about the key", 409, { error: "not enough" }, undefined, "rejected"],
  ["a key in use", 409, inUse, undefined, "unknown"],
  ["gone", 410, "", undefined, "rejected"],
  ["a 422 that is not about the key", 422, { error: "no" }, undefined, "rejected"],
  ["a key reused", 422, reused, undefined, "unknown"],
  ["too early", 425, "", undefined, "unknown"],
  ["a 404 of the service's own", 404, { error: "no such order" }, undefined, "rejected"],
  ["a 404 of a gateway, empty", 404, "", undefined, "unavailable"],
  ["a 404 of a gateway, in HTML", 404, html, undefined, "unavailable"],
  ["a 404 of a gateway, in JSON of another kind", 404, { message: "no route" }, undefined, "unavailable"],
  ["no access 401", 401, { error: "no" }, undefined, "unavailable"],
  ["no access 403", 403, "", undefined, "unavailable"],
  ["a wrong method", 405, html, undefined, "unavailable"],
  ["a wrong content type", 415, html, undefined, "unavailable"],
  ["a request timeout", 408, "", undefined, "unknown"],
  ["too many requests", 429, "", undefined, "unavailable"],
  ["a failure with a text", 500, { error: "its Redis failed" }, undefined, "unknown"],
  ["an empty failure", 500, "", undefined, "unknown"],
  ["a bad gateway", 502, html, undefined, "unknown"],
  ["unavailable without Retry-After", 503, "", undefined, "unknown"],
  ["unavailable with Retry-After", 503, "", 2_000, "unavailable"],
  ["a gateway timeout", 504, "", undefined, "unknown"],
];

describe("a reply", () => {
  it.for(rows)("that is %s (%d) is read as one outcome", ([, status, body, retryAfterMs, outcome]) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const reply = { status, text, isProblem: false, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    expect(classify(reply, rules).outcome).toBe(outcome);
  });

  it("passes Retry-After on", () => {
    expect(classify({ status: 503, text: "", isProblem: false, retryAfterMs: 2_000 }, rules)).toMatchObject({
      retryAfterMs: 2_000,
    });
  });

  it("about a key that was used for another request is a defect of ours", () => {
    expect(classify({ status: 422, text: JSON.stringify(reused), isProblem: true }, rules)).toMatchObject({
      outcome: "unknown",
      defect: true,
    });
    expect(classify({ status: 409, text: JSON.stringify(inUse), isProblem: true }, rules)).not.toHaveProperty("defect");
  });

  it.for<[number, object]>([
    [409, { type: "idempotency-key-in-use", detail: null }],
    [409, { type: "https://p.example/problems/idempotency-key-in-use/" }],
    [409, { type: "https://p.example/problems#idempotency-key-in-use" }],
    [409, { type: "urn:problem:idempotency-key-in-use" }],
    [422, { type: "idempotency-key-in-use" }],
    [409, { type: "idempotency-key-reused" }],
    [400, { type: "idempotency-key-missing" }],
  ])("%d that is about the key, %j, is no refusal of the call", ([status, body]) => {
    expect(classify({ status, text: JSON.stringify(body), isProblem: false }, rules).outcome).toBe("unknown");
  });

  it("that announces a problem and cannot be read is no refusal either", () => {
    expect(classify({ status: 409, text: '{"type":"idempot', isProblem: true }, rules).outcome).toBe("unknown");
  });

  it("gives only what was promised", () => {
    expect(classify({ status: 201, text: '{"payment_id":3,"more":1}', isProblem: false }, rules)).toEqual({
      outcome: "done",
      result: { payment_id: 3 },
    });
  });
});
