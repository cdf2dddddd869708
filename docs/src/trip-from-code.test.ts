import { done, EmbeddedEngine, rejected, unavailable } from "saga-core";
import { drawCounterexample, explorationPolicy, explore, given, MemoryJournal, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { bookTrip, type Charge, TripController } from "./trip-from-code.ts";

const input = { traveller: "Ada", nights: 2 };
const results = { "charge-card": { receipt_id: 3 } };
const definition = new TripController(
  () => undefined,
  async () => done({ receipt_id: 3 }),
);

describe("the trip that is started from code", () => {
  const book = async (charge: Charge) => {
    const noted: string[] = [];
    const controller = new TripController((line) => noted.push(line), charge);
    const onDefect = (error: unknown) => {
      throw error;
    };
    const ports = { journal: new MemoryJournal(), clock: new SimulatedClock(), random: Math.random, newId: () => "trip-1" };
    const engine = new EmbeddedEngine({ controllers: [controller], ...ports, sagasInFlightMax: 9, onDefect });
    const said = await bookTrip(engine, controller, input, "ada:1");
    return { said, noted, again: await bookTrip(engine, controller, input, "ada:1") };
  };

  it("is paid, once for its key", async () => {
    const amounts: number[] = [];
    const charge: Charge = async (_traveller, amount) => {
      amounts.push(amount);
      return done({ receipt_id: 3 });
    };
    const paid = "trip-1 is paid: receipt 3";
    expect(await book(charge)).toEqual({ said: paid, noted: ["Ada"], again: paid });
    expect(amounts).toEqual([160]);
  });

  it("is not paid when the card is declined", async () => {
    expect((await book(async () => rejected("no funds"))).said).toBe("trip-1 is cancelled");
  });

  it("is charged at the nineteenth attempt too: its bank has more patience than its saga", async () => {
    const away = Array.from({ length: 18 }, () => unavailable("away"));
    await given(definition, { input, results })
      .when("charge-card", ...away)
      .expect({ status: "completed", data: { receipt_id: 3 } });
  });

  it("ends right in every run with one fault", async () => {
    const { counterexample, isWhole } = await explore({ definition, input, results, policy: explorationPolicy }, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });
});
