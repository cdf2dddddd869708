import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answering, ScriptedParticipant } from "./testing/participants/scripted-participant.ts";
import { type HttpReply, OrderStack } from "./testing/stack/order-stack.ts";

const SICK_USER = 2;
const HEALTHY_USER = 1;

let stack: OrderStack;
let payments: ScriptedParticipant;

beforeEach(async () => {
  payments = await ScriptedParticipant.start();
});

afterEach(async () => {
  await stack.stop();
  await payments.stop();
});

/** Payments answers the orders of one customer with this status, and accepts all others. */
function failOne(status: number): void {
  payments.answer = (response, request) => {
    const isSick = payments.requests.at(-1)?.body.includes(`"user_id":${SICK_USER},`);
    const refusal = answering({ status, body: { error: "Not for this customer." } });
    (isSick ? refusal : answering({ status: 200, body: { payment_id: 1 } }))(response, request);
  };
}

async function startStack(keyed: boolean): Promise<void> {
  // Twenty orders in doubt at an unkeyed Payments would rightly pause the definition.
  const variables = { PAYMENTS_URL: payments.url, AUTO_PAUSE_COUNT_MIN: "0", SYNC_WAIT_MS_MAX: "0" };
  stack = await OrderStack.start({ keyed, variables });
}

/** Places an order, and gives its saga's id. */
async function place(userId: number): Promise<string> {
  const { body } = await stack.order({ user_id: userId, items: [{ product_id: 1, quantity: 1 }] });
  return String(body["saga_id"]);
}

/** Twenty orders of the customer and nothing else; Payments has answered each. */
async function placeSick(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let order = 0; order < 20; order += 1) ids.push(await place(SICK_USER));
  const called = () => new Set(payments.requests.map(({ headers }) => headers["idempotency-key"])).size;
  await expect.poll(called, { timeout: 10_000 }).toBe(20);
  return ids;
}

const look = (id: string): Promise<HttpReply> => stack.request(`/sagas/${id}`);
const operate = (id: string, operation: string) => stack.request(`/sagas/${id}/${operation}`, { method: "POST" });

async function paymentState(): Promise<unknown> {
  const { participants } = (await stack.request("/health/ready")).body;
  return Array.isArray(participants) ? participants.find(({ participant }) => participant === "payments") : undefined;
}

const cases = [true, false].flatMap((keyed) => [429, 500].map((status) => ({ keyed, status })));

describe("twenty orders of one customer, whom Payments always fails, and nothing else", () => {
  it.for(cases)("let the order of another customer complete at its first attempt: %o", async ({ keyed, status }) => {
    failOne(status);
    await startStack(keyed);
    await placeSick();
    const id = await place(HEALTHY_USER);
    await expect.poll(async () => (await look(id)).body["status"], { timeout: 10_000 }).toBe("completed");
    const { steps } = (await look(id)).body;
    expect(steps).toMatchObject([{ attempts: 1 }, { attempts: 1 }, { attempts: 1 }, { attempts: 1 }]);
  });

  it("leave a circuit open that says so truly, and a sick order of them that can be cancelled after a 429", async () => {
    failOne(429);
    await startStack(true);
    const sick = await placeSick();
    expect(await paymentState()).toMatchObject({ circuit: "open", failures: 20, last_failure: "answer" });
    const id = sick.at(-1) ?? "";
    expect((await operate(id, "cancel")).status).toBe(202);
    await expect.poll(async () => (await look(id)).body["status"], { timeout: 10_000 }).toBe("cancelled");
  });

  it.for([true, false])(
    "leave sick orders that cannot be cancelled after a 500, because the payment may exist: keyed %s",
    async (keyed) => {
      failOne(500);
      await startStack(keyed);
      const [id = ""] = await placeSick();
      const answer = await operate(id, "cancel");
      expect([answer.status, answer.body["detail"]]).toEqual([409, expect.stringContaining("its pivot may have been sent")]);
    },
  );

  it("leave no circuit open once an operator retries one of them that is healthy again", async () => {
    failOne(500);
    await startStack(true);
    const sick = await placeSick();
    payments.answer = answering({ status: 200, body: { payment_id: 1 } });
    const id = sick.at(-1) ?? "";
    expect((await operate(id, "retry")).status).toBe(202);
    await expect.poll(async () => (await look(id)).body["status"], { timeout: 10_000 }).toBe("completed");
    expect(await paymentState()).toMatchObject({ circuit: "closed" });
  });
});
