import { done, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { type CallRules, classify } from "./classify.ts";
import { replyOf } from "./reply.ts";

const rules: CallRules<object> = { refusals: [409, 410, 422], confirm: () => done({}), outcomeOf: undefined };
const reused = { type: "https://payments.example/problems/idempotency-key-reused", status: 422 };
const inUse = { type: "idempotency-key-in-use", status: 409 };
const problem = { "content-type": "application/problem+json" };

function read(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}, changed = rules) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return classify(replyOf({ status, text, header: (name) => headers[name] }), changed);
}

// http-participant.test.ts has the table of replies, over real sockets.
describe("the outcome of a reply", () => {
  it("contains the time of Retry-After", () => {
    expect(read(503, "", { "retry-after": "2" })).toMatchObject({ outcome: "unavailable", retryAfterMs: 2_000 });
  });

  it("is a defect if the key was used for another request", () => {
    expect(read(422, reused, problem)).toMatchObject({ outcome: "unknown", defect: true });
    expect(read(409, inUse, problem)).not.toHaveProperty("defect");
  });

  it.for<[number, object]>([
    [409, { type: "idempotency-key-in-use", detail: null }],
    [409, { type: "https://p.example/problems/idempotency-key-in-use/" }],
    [409, { type: "https://p.example/problems#idempotency-key-in-use" }],
    [409, { type: "urn:problem:idempotency-key-in-use" }],
    [422, { type: "idempotency-key-in-use" }],
    [409, { type: "idempotency-key-reused" }],
    [400, { type: "idempotency-key-missing" }],
    [410, { type: "idempotency-key-expired" }],
  ])("is unknown for a %d about the key, although the status is a refusal: %j", ([status, body]) => {
    expect(read(status, body).outcome).toBe("unknown");
  });

  it.for<[string, number, unknown, Readonly<Record<string, string>>]>([
    ["names the key", 409, inUse, problem],
    ["is a problem that cannot be read, with the usual status of one about the key", 409, '{"type":"idempot', problem],
    ["says that the first request is under way", 425, {}, {}],
  ])("is unknown for a reply that %s, also where an own reading would say something else", ([, status, body, headers]) => {
    const changed = { confirm: rules.confirm, outcomeOf: () => done({}) };
    expect(read(status, body, headers, changed).outcome).toBe("unknown");
  });

  it("is about the key only with the status of a refusal", () => {
    expect(read(200, inUse).outcome).toBe("done");
    expect(read(503, inUse, { ...problem, "retry-after": "2" }).outcome).toBe("unavailable");
  });

  it("is unknown if the reply announces a problem document that cannot be read", () => {
    expect(read(409, '{"type":"idempot', problem).outcome).toBe("unknown");
    expect(read(410, '{"type":"idempot', { "content-type": "Application/Problem+JSON" }).outcome).toBe("unknown");
    expect(read(429, '{"type":"idempot', problem).outcome).toBe("unavailable");
  });

  it("is what an own reading says before the status says something", () => {
    const outcomeOf = ({ status, about }: { readonly status: number; readonly about: string }) =>
      status === 200 ? unknown(`not yet: ${about}`) : undefined;
    expect(read(200, { detail: "queued" }, {}, { ...rules, outcomeOf })).toEqual(unknown("not yet: 200 queued"));
    expect(read(201, {}, {}, { ...rules, outcomeOf }).outcome).toBe("done");
  });
});
