import { describe, expect, it } from "vitest";
import { allFailures, canHappen, describeOutcome, type Happening, placesOf, whatHappens } from "./testing/existing-services.ts";

/** An effect of each, and nothing twice; none of any; or a human who is told where to look. */
function expectRight({ status, explanation, effects, orders, payments, isStockWhole }: Happening): void {
  // PUT /stocks takes and puts back.
  for (const [route, count] of Object.entries(effects))
    expect([route, count <= (route === "PUT /stocks" ? 2 : 1)]).toEqual([route, true]);
  switch (status) {
    case "completed":
      expect({ orders, payments, isStockWhole }).toEqual({ orders: 1, payments: 1, isStockWhole: false });
      return;
    case "cancelled":
      expect({ orders, payments, isStockWhole }).toEqual({ orders: 0, payments: 0, isStockWhole: true });
      return;
    default:
      expect(status).toBe("needs_intervention");
      expect(explanation).toMatch(/(Look at|Look there|Find out there)/);
      expect(explanation).toContain("Resolve, ");
  }
}

const casesOf = (isBehindGateway: boolean) =>
  placesOf(isBehindGateway).flatMap((place) =>
    allFailures.filter((failure) => canHappen(place, failure)).map((failure) => [place, failure] as const),
  );

describe("at the existing services as they are, an order ends right or asks a human", () => {
  it.for(casesOf(false))("directly: %s meets %s", async ([place, failure]) => {
    expectRight(await whatHappens(place, failure, { isBehindGateway: false }));
  });

  it.for(casesOf(true))("behind the gateway: %s meets %s", async ([place, failure]) => {
    expectRight(await whatHappens(place, failure, { isBehindGateway: true }));
  });
});

describe("the existing services' gateway", () => {
  it("turns a refusal, which cancels an order directly, into a doubt that only a human can settle", async () => {
    const [direct, behind] = [
      await whatHappens("create-payment", "a refusal (402)", { isBehindGateway: false }),
      await whatHappens("create-payment", "a refusal (402)", { isBehindGateway: true }),
    ];
    expect([describeOutcome(direct), describeOutcome(behind)]).toEqual(["cancelled", "needs a human, in `CREATING_PAYMENT`"]);
  });
});
