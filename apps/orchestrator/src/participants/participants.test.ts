import { sampleAttempt } from "saga-core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callNamed, callNames, participantCalls } from "../testing/participants/participant-calls.ts";
import { answering, ScriptedParticipant } from "../testing/participants/scripted-participant.ts";

let participant: ScriptedParticipant;

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});

beforeEach(() => participant.reset());

afterAll(() => participant.stop());

/** The timeout ends calls that hang, not calls that are slow on a busy machine. */
const at = () => ({ url: participant.url, callTimeoutMs: 30_000 });

const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=1" };
const attempt = sampleAttempt({ trace });

describe("a call that can have an effect", () => {
  const items = '"items":[{"product_id":1,"quantity":2}]';

  it.for([
    ["createOrder", "POST", "/orders", `{"user_id":1,${items}}`],
    ["deleteOrder", "DELETE", "/orders/7", ""],
    ["linkPayment", "PUT", "/orders", '{"order_id":7,"is_paid":false,"payment_id":3}'],
    ["decreaseStock", "PUT", "/stocks", `{${items},"operation":"-"}`],
    ["increaseStock", "PUT", "/stocks", `{${items},"operation":"+"}`],
    ["createPayment", "POST", "/payments", '{"user_id":1,"order_id":7,"total_amount":99.53}'],
  ] as const)(
    "carries its key, the trace and exactly its members, on a new connection: %s",
    async ([call, method, path, body]) => {
      participant.answer = answering(callNamed[call].promised);
      await callNamed[call].send(at(), attempt);
      expect(participant.requests).toMatchObject([
        { method, path, body, headers: { ...trace, "idempotency-key": '"saga/step/run"', connection: "close" } },
      ]);
      expect(participant.requests[0]?.headers["content-type"]).toBe(body === "" ? undefined : "application/json");
    },
  );

  it("is sent once even if this process has an open connection to the participant", async () => {
    participant.answer = answering({ status: 200, body: {} });
    for (let kept = 0; kept < 3; kept += 1) await (await fetch(participant.url)).text();
    participant.answer = (response) => response.destroy();
    expect((await participantCalls.createPayment.send(at())).outcome).toBe("unknown");
    expect(participant.requests.filter(({ path }) => path === "/payments")).toHaveLength(1);
  });
});

describe("a call that changes nothing", () => {
  it("carries the trace and no key", async () => {
    participant.answer = answering(participantCalls.readTotalAmount.promised);
    await participantCalls.readTotalAmount.send(at(), attempt);
    expect(participant.requests).toMatchObject([{ method: "GET", path: "/orders/7", headers: trace }]);
    expect(participant.requests[0]?.headers).not.toHaveProperty("idempotency-key");
  });
});

describe("an attempt past its deadline", () => {
  it.for(callNames)("sends nothing more: %s", async (call) => {
    const signal = AbortSignal.abort(new DOMException("no answer within 7 ms", "TimeoutError"));
    const outcome = await callNamed[call].send(at(), sampleAttempt({ signal }));
    const inDoubt = callNamed[call].isRead ? "unavailable" : "unknown";
    expect(outcome).toEqual({ outcome: inDoubt, reason: "no answer within 7 ms" });
    expect(participant.requests).toEqual([]);
  });
});

describe("Retry-After", () => {
  it.for<[string, (date: Date) => string, number, number]>([
    ["seconds", () => "7", 7_000, 7_000],
    ["a date", (date) => new Date(date.getTime() + 60_000).toUTCString(), 1, 60_000],
    ["a date that has passed", (date) => new Date(date.getTime() - 60_000).toUTCString(), 0, 0],
  ])("in the form of %s sets how long to wait", async ([, value, least, most]) => {
    participant.answer = answering({ status: 503, body: {}, headers: { "retry-after": value(new Date()) } });
    const outcome = await participantCalls.createPayment.send(at());
    expect(outcome.outcome).toBe("unavailable");
    const wait = outcome.outcome === "unavailable" ? (outcome.retryAfterMs ?? -1) : -1;
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
  });

  it.for(["-5", "1.5", "soon", "2026-01-01"])("with the malformed value %s leaves the outcome in doubt", async (value) => {
    participant.answer = answering({ status: 503, body: {}, headers: { "retry-after": value } });
    expect((await participantCalls.createPayment.send(at())).outcome).toBe("unknown");
  });
});
