import { rejected } from "saga-core";
import { drawCounterexample, explore, given, sampleAttempt } from "saga-core/testing";
import { HttpParticipant } from "saga-participant";
import { answering, ScriptedParticipant } from "saga-participant/testing";
import { expect, it } from "vitest";
import { TripSagaController } from "./trip-app.ts";

const participant = (name: string, url: string) => new HttpParticipant({ name, url, keyed: true, refusals: [409] });
// Nothing listens there: neither `given` nor `explore` calls the handlers.
const nowhere = "http://127.0.0.1:1";
const definition = new TripSagaController(participant("hotel", nowhere), participant("bank", nowhere));
const input = { traveller: "Ada", nights: 2 };
const results = { "book-room": { room_id: 7 }, "charge-card": { receipt_id: 3 } };

it("frees the room when the card is declined", async () => {
  await given(definition, { input, results })
    .when("charge-card", rejected("no funds"))
    .expect({ state: "CANCELLED", rolledBack: ["book-room"], standing: [] });
});

it("ends right in every run with one fault", async () => {
  const { counterexample, isWhole } = await explore({ definition, input, results }, { faults: 1 });
  expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
  // It has looked at all of them.
  expect(isWhole).toBe(true);
});

it("takes a 409 of the hotel as a refusal", async () => {
  const server = await ScriptedParticipant.start();
  server.answer = answering({ status: 409, body: { error: "full" } });
  const hotel = participant("hotel", server.url);
  const [bookRoom] = new TripSagaController(hotel, participant("bank", nowhere)).handlers;
  expect(await bookRoom.run(input, sampleAttempt())).toEqual(rejected("409 full"));
  await hotel.close();
  await server.stop();
});
