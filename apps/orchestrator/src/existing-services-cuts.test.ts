import { describe, expect, it } from "vitest";
import { cutCallNames, instants, isPossibleCut, mishaps, runOrderCut } from "./testing/existing-services/order-cut.ts";
import { expectRightEnd } from "./testing/existing-services/right-end.ts";

const cases = cutCallNames.flatMap((call) =>
  instants.flatMap((instant) =>
    mishaps.filter((mishap) => isPossibleCut(instant, mishap)).map((mishap) => [call, mishap, instant] as const),
  ),
);

describe("an order at the existing services", () => {
  it.for(cases.filter(([call]) => call !== "read-amount"))(
    "ends right or needs a human when %s is %s: %s",
    async ([call, mishap, instant]) => {
      expectRightEnd(await runOrderCut(call, instant, mishap));
    },
  );

  it.for(cases.filter(([call]) => call === "read-amount"))(
    "needs no human when %s is %s: %s, because a read changes nothing and the order is known by its id",
    async ([call, mishap, instant]) => {
      const end = await runOrderCut(call, instant, mishap);
      expectRightEnd(end);
      expect(end.status).toBe("completed");
    },
  );
});
