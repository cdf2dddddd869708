import { rejected, unavailable } from "saga-core";
import { drawCounterexample, explorationPolicy, explore, given } from "saga-core/testing";
import { TripController } from "./trip.ts";

const definition = new TripController("http://127.0.0.1:7001", "http://127.0.0.1:7002");
const input = { traveller: "Ada", nights: 2 };
const results = { "book-room": { room_id: 7 }, "charge-card": { receipt_id: 3 } };

/** Tests the saga, and explores every run with one fault. Returns how many runs there are. @throws Error when one ends wrong. */
export async function testTrip(): Promise<number> {
  await given(definition, { input, results }).expect({ status: "completed", data: { room_id: 7, receipt_id: 3 } });

  await given(definition, { input, results })
    .when("charge-card", unavailable("away"), rejected("no funds"))
    .expect({ status: "cancelled", rolledBack: ["book-room"], standing: [] });

  const { counterexample, isWhole, runs } = await explore(
    { definition, input, results, policy: explorationPolicy },
    { faults: 1 },
  );
  if (counterexample) throw new Error(drawCounterexample(counterexample));
  if (!isWhole) throw new Error("The exploration was stopped before it had seen every run.");
  return runs;
}
