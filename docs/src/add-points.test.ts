import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateOrder, CreatePayment, DecreaseStock, orderInput, ReadAmount } from "orchestrator/order";
import { Payments, StoreManager } from "orchestrator/participants";
import { Controller, chain, defaultPolicy } from "saga-core";
import { given } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { addPoints } from "./add-points.ts";
import { pageAt, root } from "./pages.ts";

const nowhere = { url: "http://127.0.0.1:1", keyed: true, callTimeoutMs: 1 };
const storeManager = new StoreManager(nowhere);

const pointsChain = chain(orderInput)
  .step(new CreateOrder(storeManager))
  .step(new DecreaseStock(storeManager))
  .step(new ReadAmount(storeManager))
  .step(new CreatePayment(new Payments(nowhere), false))
  .step(addPoints);

class PointsController extends Controller<typeof pointsChain> {
  constructor() {
    super({ name: "order", version: 3, chain: pointsChain, policy: defaultPolicy });
  }
}

describe("the order saga with the step of the lab's last exercise", () => {
  it("comes to the step after the payment, and then to its end", async () => {
    await given(new PointsController(), {
      input: { user_id: 1, items: [{ product_id: 1, quantity: 1 }] },
      results: {
        "create-order": { order_id: 7 },
        "read-amount": { total_amount: 1_999.99 },
        "create-payment": { payment_id: 3 },
        "add-points": { points: 199 },
      },
    }).expect({ status: "completed", state: "COMPLETED", rolledBack: [] });
    expect(new PointsController().chart.states).toContain("ADDING_POINTS");
  });

  it("gives a point for each ten of the amount", async () => {
    expect(await addPoints.run({ total_amount: 1_999.99 })).toEqual({ outcome: "done", result: { points: 199 } });
  });

  it.for(["docs/lab.md", "docs/fr/lab.md"])("is added by the edits of %s, which still fit the definition", (path) => {
    const { text } = pageAt(path);
    const [, edits = ""] = /```diff\n([\s\S]*?)```/.exec(text) ?? [];
    const kept = edits.split("\n").filter((line) => /^[- ]/.test(line));
    const definition = readFileSync(join(root, "apps/orchestrator/src/order/order-saga.ts"), "utf8").split("\n");
    for (const line of kept) expect(definition, line).toContain(line.slice(1));
    expect(kept.length).toBeGreaterThan(2);
    expect(edits).toContain("+    .step(addPoints);");
  });
});
