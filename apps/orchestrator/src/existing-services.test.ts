import { describe, expect, it } from "vitest";
import { allFailures, faultPointsOf, isPossible } from "./testing/existing-services/failures.ts";
import { describeEnd, runOrderWith } from "./testing/existing-services/order-end.ts";
import { expectRightEnd } from "./testing/existing-services/right-end.ts";

const casesOf = (isBehindGateway: boolean) =>
  faultPointsOf(isBehindGateway).flatMap((point) =>
    allFailures.filter((failure) => isPossible(point, failure)).map((failure) => [failure, point] as const),
  );

describe("an order at the existing services", () => {
  it.for(casesOf(false))("ends right or needs a human after %s at %s, without the gateway", async ([failure, point]) => {
    expectRightEnd(await runOrderWith(failure, point, { isBehindGateway: false }));
  });

  it.for(casesOf(true))("ends right or needs a human after %s at %s, behind the gateway", async ([failure, point]) => {
    expectRightEnd(await runOrderWith(failure, point, { isBehindGateway: true }));
  });

  it("is cancelled by a refused payment without the gateway, and needs a human behind it", async () => {
    const [direct, behind] = [
      await runOrderWith("a refusal (402)", "create-payment", { isBehindGateway: false }),
      await runOrderWith("a refusal (402)", "create-payment", { isBehindGateway: true }),
    ];
    expect([describeEnd(direct), describeEnd(behind)]).toEqual(["cancelled", "needs a human, in `CREATING_PAYMENT`"]);
  });
});
