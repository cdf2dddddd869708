import { describe, expect, it } from "vitest";
import { z } from "zod";
import { classify, errorBody } from "./classify.ts";

const rules = { confirmation: z.object({ payment_id: z.int() }), own404: errorBody };
const reused = { type: "https://payments.example/problems/idempotency-key-reused", status: 422 };
const inUse = { type: "idempotency-key-in-use", status: 409 };

// wire.test.ts runs the whole table of replies over real sockets.
describe("the outcome of a reply", () => {
  it("contains the time of Retry-After", () => {
    expect(classify({ status: 503, text: "", isProblem: false, retryAfterMs: 2_000 }, rules)).toMatchObject({
      retryAfterMs: 2_000,
    });
  });

  it("is a defect if the key was used for another request", () => {
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
  ])("is unknown for a %d about the key: %j", ([status, body]) => {
    expect(classify({ status, text: JSON.stringify(body), isProblem: false }, rules).outcome).toBe("unknown");
  });

  it("is unknown if the reply announces a problem document that cannot be read", () => {
    expect(classify({ status: 409, text: '{"type":"idempot', isProblem: true }, rules).outcome).toBe("unknown");
  });

  it("contains only the promised members", () => {
    expect(classify({ status: 201, text: '{"payment_id":3,"more":1}', isProblem: false }, rules)).toEqual({
      outcome: "done",
      result: { payment_id: 3 },
    });
  });
});
