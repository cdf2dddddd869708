import { Hono } from "hono";
import { systemClock as clock } from "saga-clock";
import * as saga from "saga-core";
import { sagaApp } from "saga-http";
import { SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";
import { z } from "zod";

const trip = z.object({ traveller: z.string(), nights: z.int().min(1) });
const [room, receipt] = [z.object({ room_id: z.int() }), z.object({ receipt_id: z.int() })];
type Trip = z.output<typeof trip>;

/** One call, and the outcome of its reply. A 409 or 425 settles nothing about the first attempt: it is `unknown`, like a thrown error. */
async function post<R extends object>(url: string, body: object, { key, signal }: saga.Attempt, gives: z.ZodType<R>) {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (reply.ok) return saga.done(gives.parse(await reply.json()));
  return [400, 402, 404, 410].includes(reply.status) ? saga.rejected(await reply.text()) : saga.unknown(`${reply.status}`);
}

/** Books a room and pays for it, or does neither. */
function tripChain(hotelUrl: string, bankUrl: string) {
  class BookRoom extends saga.CompensatableHandler<Trip, z.output<typeof room>> {
    override readonly step = "book-room";
    override readonly words = { state: "BOOKING", done: "Booked", failed: "Full", undoing: "FREEING", undone: "Freed" };
    override readonly participant = { name: "hotel", keyed: true, callTimeoutMs: 5_000 };
    override readonly gives = room;
    override run = ({ traveller, nights }: Trip, attempt: saga.Attempt) =>
      post(`${hotelUrl}/rooms`, { traveller, nights }, attempt, room);
    override rollback = ({ room_id }: z.output<typeof room>, attempt: saga.Attempt) =>
      post(`${hotelUrl}/rooms/${room_id}/cancel`, {}, attempt, z.object({}));
  }
  class ChargeCard extends saga.PivotHandler<Trip, z.output<typeof receipt>> {
    override readonly step = "charge-card";
    override readonly words = { state: "CHARGING", done: "Charged", failed: "Declined" };
    override readonly participant = { name: "bank", keyed: true, callTimeoutMs: 5_000 };
    override readonly gives = receipt;
    override run = ({ traveller, nights }: Trip, attempt: saga.Attempt) =>
      post(`${bankUrl}/charges`, { traveller, amount: nights * 80 }, attempt, receipt);
  }
  return saga.chain(trip).step(new BookRoom()).step(new ChargeCard());
}

class TripSagaController extends saga.Controller<ReturnType<typeof tripChain>> {
  constructor(hotelUrl: string, bankUrl: string) {
    super({ name: "trip", version: 1, chain: tripChain(hotelUrl, bankUrl), policy: saga.defaultPolicy });
  }
}

export async function makeTripApp(journalPath: string, hotelUrl: string, bankUrl: string, onError: (error: unknown) => void) {
  const controller = new TripSagaController(hotelUrl, bankUrl);
  const journal = new SqliteJournal(journalPath);
  const limits = { sagasInFlightMax: 1_000, onDefect: onError };
  const engine = new saga.EmbeddedEngine({ controllers: [controller], journal, clock, random: Math.random, newId, ...limits });
  await engine.resume();
  const api = { info: { title: "Trips", version: "1" }, resources: [{ controller, input: trip, result: receipt }] };
  const app = new Hono().route("/api", sagaApp({ ...api, engine, index: journal, clock, syncWaitMsMax: 20_000, onError }));
  return { app, stop: () => engine.drain(10_000).finally(() => journal.close()) };
}
