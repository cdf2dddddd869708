import { gridOf, type Mishap, toldDefinitionSchema } from "saga-console/what-if";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

afterEach(() => stack.stop());

const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const listed = z.object({ items: z.array(toldDefinitionSchema), earlier: z.array(toldDefinitionSchema) });

interface Case extends Mishap {
  readonly service: "storeManager" | "payments";
  readonly fault: Readonly<Record<string, unknown>>;
}

const refused = { fault: "status", status: 402, error: "no" };
const cases: readonly Case[] = [
  { step: "create-order", trouble: "refused", service: "storeManager", fault: { route: "POST /orders", ...refused } },
  { step: "create-order", trouble: "cut", service: "storeManager", fault: { route: "POST /orders", fault: "drop_after" } },
  { step: "create-payment", trouble: "refused", service: "payments", fault: { route: "POST /payments", ...refused } },
  { step: "create-payment", trouble: "cut", service: "payments", fault: { route: "POST /payments", fault: "drop_after" } },
];

describe("what is foretold from GET /definitions", () => {
  it.for([true, false].flatMap((keyed) => cases.map((each) => ({ keyed, ...each }))))(
    "is what an order of this orchestrator does: $step $trouble, keyed: $keyed",
    async ({ keyed, step, trouble, service, fault }) => {
      stack = await OrderStack.start({ keyed });
      const { items } = listed.parse((await stack.request("/definitions")).body);
      const cells = items.flatMap((told) => gridOf(told, "as-told").flat());
      const foretold = cells.find((cell) => cell.step === step && cell.trouble === trouble)?.foretold;
      await stack.fault(stack[service], { ...fault, times: 1 });
      const { status, body } = await stack.order(order);
      expect([status, body["state"]]).toEqual([foretold?.client.status, foretold?.state]);
    },
  );
});

describe("GET /definitions", () => {
  it("has the version that starts no order any more, beside the one that does", async () => {
    stack = await OrderStack.start();
    const { items, earlier } = listed.parse((await stack.request("/definitions")).body);
    const named = (each: (typeof items)[number]) => `${each.definition} ${each.version}`;
    expect([items.map(named), earlier.map(named)]).toEqual([["order 2"], ["order 1"]]);
  });
});
