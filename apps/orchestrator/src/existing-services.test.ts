import { describe, expect, it } from "vitest";
import {
  describeOutcome,
  type Failure,
  failures,
  type Happening,
  type Place,
  places,
  whatHappens,
} from "./testing/existing-services.ts";

const directly = Object.keys(places).filter(isPlace);
// Behind the gateway nothing is refused that could be told from a failure, so that nothing turns back by itself.
const behindGateway = directly.filter((place) => !place.startsWith("undoing"));
const all = Object.keys(failures).filter(isFailure);

function isPlace(name: string): name is Place {
  return Object.hasOwn(places, name);
}

function isFailure(name: string): name is Failure {
  return Object.hasOwn(failures, name);
}

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

describe("at the existing services as they are, an order ends right or asks a human", () => {
  it.for(directly.flatMap((place) => all.map((failure) => [place, failure] as const)))(
    "directly: %s meets %s",
    async ([place, failure]) => {
      expectRight(await whatHappens(place, failure, { isBehindGateway: false }));
    },
  );

  it.for(behindGateway.flatMap((place) => all.map((failure) => [place, failure] as const)))(
    "behind the gateway: %s meets %s",
    async ([place, failure]) => {
      expectRight(await whatHappens(place, failure, { isBehindGateway: true }));
    },
  );
});

describe("the existing services' gateway", () => {
  it("turns a refusal, which cancels an order directly, into a doubt that only a human can settle", async () => {
    const [direct, behind] = [
      await whatHappens("create-payment", "a refusal (402)", { isBehindGateway: false }),
      await whatHappens("create-payment", "a refusal (402)", { isBehindGateway: true }),
    ];
    expect([describeOutcome(direct), describeOutcome(behind)]).toEqual(["cancelled", "a human is asked, in `CREATING_PAYMENT`"]);
  });
});
