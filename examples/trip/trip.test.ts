import { rejected, unavailable, unknown } from "saga-core";
import { drawCounterexample, explorationPolicy, explore, given } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { runWithEachFault } from "../testing/run-with-faults.ts";
import { tripExample, tripScenario } from "./scenario.ts";

const booking = () => given(tripScenario.definition, tripScenario);
const reservations = ["reserve-flight", "reserve-hotel", "reserve-car"];

describe("a trip", () => {
  it("is confirmed once all of it is reserved", async () => {
    const confirmations = ["confirm-flight", "confirm-hotel", "confirm-car"];
    await booking().expect({ state: "COMPLETED", calls: [...reservations, ...confirmations].map((step) => `${step}/run`) });
  });

  it("is given up, the last reservation first, when there is no car", async () => {
    await booking()
      .when("reserve-car", rejected("no car left"))
      .expect({ state: "CANCELLED", rolledBack: ["reserve-hotel", "reserve-flight"], standing: [] });
  });

  it("is given up when the reserved flight cannot be confirmed", async () => {
    await booking()
      .when("confirm-flight", rejected("the fare has expired"))
      .expect({ state: "CANCELLED", rolledBack: reservations.toReversed(), standing: [] });
  });

  it("goes on when the confirmation of its flight is in doubt and proves done", async () => {
    await booking().when("confirm-flight", unknown("no answer")).expect({ state: "COMPLETED" });
  });

  it("goes on when its hotel is away for four days, once its flight is confirmed", async () => {
    const away = Array.from({ length: 100 }, () => unavailable("away", { retryAfterMs: 3_600_000 }));
    await booking()
      .when("confirm-hotel", ...away)
      .expect({ state: "COMPLETED" });
  });

  it("needs a human when its hotel refuses what it had reserved, and is not undone", async () => {
    const standing = [...reservations, "confirm-flight"];
    await booking().when("confirm-hotel", rejected("overbooked")).expect({ status: "needs_intervention", standing });
  });

  it("ends right in every run with one fault", async () => {
    const scenario = { ...tripScenario, policy: explorationPolicy };
    const { counterexample, isWhole } = await explore(scenario, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it("leaves all or nothing at its services, whichever call is refused or loses its reply", async () => {
    const all = ["airline/seats/1 confirm", "hotel/rooms/2 confirm", "rental/cars/3 confirm"];
    const needHuman = ["confirm-hotel/run: refused", "confirm-car/run: refused"];
    expect(await runWithEachFault(tripExample)).toEqual({ all, wrong: [], needHuman });
  });
});
