import { Hono } from "hono";
import { systemClock as clock } from "saga-clock";
import * as saga from "saga-core";
import { sagaApp } from "saga-http";
import { HttpParticipant } from "saga-participant";
import { SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";
import { z } from "zod";

const trip = z.object({ traveller: z.string(), nights: z.int().min(1) });
const [room, receipt] = [z.object({ room_id: z.int() }), z.object({ receipt_id: z.int() })];
type Trip = z.output<typeof trip>;

/** Books a room and pays for it, or does neither. */
function tripChain(hotel: HttpParticipant, bank: HttpParticipant) {
  class BookRoom extends saga.CompensatableHandler<Trip, z.output<typeof room>> {
    override readonly step = "book-room";
    override readonly words = { state: "BOOKING", done: "Booked", failed: "Full", undoing: "FREEING", undone: "Freed" };
    override readonly participant = hotel;
    override readonly gives = room;
    override run = ({ traveller, nights }: Trip, attempt: saga.Attempt) =>
      hotel.call({ method: "POST", path: "rooms", body: { traveller, nights }, gives: room }, attempt);
    override rollback = ({ room_id }: z.output<typeof room>, attempt: saga.Attempt) =>
      hotel.call({ method: "POST", path: `rooms/${room_id}/cancel`, body: {} }, attempt);
  }
  class ChargeCard extends saga.PivotHandler<Trip, z.output<typeof receipt>> {
    override readonly step = "charge-card";
    override readonly words = { state: "CHARGING", done: "Charged", failed: "Declined" };
    override readonly participant = bank;
    override readonly gives = receipt;
    override run = ({ traveller, nights }: Trip, attempt: saga.Attempt) =>
      bank.call({ method: "POST", path: "charges", body: { traveller, amount: nights * 80 }, gives: receipt }, attempt);
  }
  return saga.chain(trip).step(new BookRoom()).step(new ChargeCard());
}

export class TripSagaController extends saga.Controller<ReturnType<typeof tripChain>> {
  constructor(hotel: HttpParticipant, bank: HttpParticipant) {
    super({ name: "trip", version: 1, chain: tripChain(hotel, bank), policy: saga.defaultPolicy });
  }
}

export async function makeTripApp(journalPath: string, hotelUrl: string, bankUrl: string, onError: (error: unknown) => void) {
  const hotel = new HttpParticipant({ name: "hotel", url: hotelUrl, keyed: true, callTimeoutMs: 5_000, refusals: [409, 410] });
  const bank = new HttpParticipant({ name: "bank", url: bankUrl, keyed: true, callTimeoutMs: 5_000, refusals: [402] });
  const controller = new TripSagaController(hotel, bank);
  const journal = new SqliteJournal(journalPath);
  const limits = { sagasInFlightMax: 1_000, onDefect: onError };
  const engine = new saga.EmbeddedEngine({ controllers: [controller], journal, clock, random: Math.random, newId, ...limits });
  await engine.resume();
  const api = { info: { title: "Trips", version: "1" }, resources: [{ controller, input: trip, result: receipt }] };
  const app = new Hono().route("/api", sagaApp({ ...api, engine, index: journal, clock, syncWaitMsMax: 20_000, onError }));
  const stop = async () => {
    await engine.drain(10_000).finally(() => journal.close());
    await Promise.all([hotel.close(), bank.close()]);
  };
  return { app, stop };
}
