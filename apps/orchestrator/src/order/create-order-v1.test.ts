import { sampleAttempt } from "saga-core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { StoreManager } from "../participants/store-manager.ts";
import { answering, ScriptedParticipant } from "../testing/participants/scripted-participant.ts";
import { CreateOrderV1 } from "./create-order-v1.ts";

let participant: ScriptedParticipant;

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});
beforeEach(() => participant.reset());
afterAll(() => participant.stop());

const input = { user_id: 1, items: [{ product_id: 1, quantity: 2 }] };

async function run() {
  const handler = new CreateOrderV1(new StoreManager({ url: participant.url, keyed: false, callTimeoutMs: 30_000 }));
  return await handler.run(input, sampleAttempt());
}

describe("an order of version 1", () => {
  it("is in doubt when its amount is no number that can be paid, because the order exists", async () => {
    participant.answer = (response, request) => {
      const body = request.method === "POST" ? '{"order_id":7}' : '{"total_amount":"9007199254740991.4"}';
      answering({ status: 201, body, headers: { "content-type": "application/json" } })(response, request);
    };
    expect(await run()).toEqual({
      outcome: "unknown",
      reason:
        "order 7 was created, but its amount could not be read: total_amount 9007199254740991.4 would become 9007199254740991",
    });
  });

  it.for<[number, string]>([
    [2, "done"],
    [3, "unknown"],
  ])("has its amount read at most three times: after %d failed reads the step is %s", async ([failures, outcome]) => {
    participant.answer = (response, request) => {
      const reads = participant.requests.filter(({ method }) => method === "GET").length;
      const read = reads > failures ? { status: 201, body: { total_amount: 5.75 } } : { status: 500 };
      answering(request.method === "POST" ? { status: 201, body: { order_id: 7 } } : read)(response, request);
    };
    const created = await run();
    expect(created.outcome).toBe(outcome);
    expect(participant.requests.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET"]);
  });
});
