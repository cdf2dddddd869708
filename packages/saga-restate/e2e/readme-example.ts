import process from "node:process";
import { systemClock as clock } from "saga-clock";
import { CompensatableHandler, Controller, chain, defaultPolicy, done, PivotHandler, rejected } from "saga-core";
import { listenForRestate, RestateEngine } from "saga-restate";
import { v7 as newId } from "uuid";
import { z } from "zod";

const trip = z.object({ traveller: z.string(), nights: z.int() });
const room = z.object({ room_id: z.int() });
const receipt = z.object({ receipt_id: z.int() });
type Trip = z.output<typeof trip>;

class BookRoom extends CompensatableHandler<Trip, z.output<typeof room>> {
  override readonly step = "book-room";
  override readonly words = { state: "BOOKING", done: "Booked", failed: "Full", undoing: "FREEING", undone: "Freed" };
  override readonly participant = { name: "hotel", keyed: true };
  override readonly gives = room;
  override run = async () => done({ room_id: 12 });
  override rollback = async () => done();
}

class ChargeCard extends PivotHandler<Trip, z.output<typeof receipt>> {
  override readonly step = "charge-card";
  override readonly words = { state: "CHARGING", done: "Charged", failed: "Declined" };
  override readonly participant = { name: "bank", keyed: true };
  override readonly gives = receipt;
  override run = async ({ nights }: Trip) => (nights > 30 ? rejected("the card's limit") : done({ receipt_id: 7 }));
}

const tripChain = chain(trip).step(new BookRoom()).step(new ChargeCard());

class TripSagaController extends Controller<typeof tripChain> {
  constructor() {
    super({ name: "trip", version: 1, chain: tripChain, policy: defaultPolicy });
  }
}

/** Runs one saga in this process and resolves with the status that it ended with. */
export async function book(ingressUrl: string, adminUrl: string, input: Trip): Promise<string> {
  const trips = new TripSagaController();
  const engine = new RestateEngine({
    controllers: [trips],
    ingressUrl,
    adminUrl,
    namespace: "trips",
    clock,
    random: Math.random,
    newId,
    sagasInFlightMax: 1_000,
    retention: { sagasMs: 86_400_000, keysMs: 86_400_000 },
    onDefect: (error) => process.stderr.write(`${error}\n`),
  });
  const onWarning = (message: string) => process.stderr.write(`${message}\n`);
  const endpoint = await listenForRestate({ services: engine.services, host: "127.0.0.1", port: 0, onWarning });
  await engine.register(`http://127.0.0.1:${endpoint.port}`);
  const { untilRest } = await engine.start(trips, input, { isAwaited: true });
  const { status } = await untilRest();
  await engine.drain(10_000);
  await endpoint.close(1_000);
  return status;
}
