import { Hono } from "hono";
import * as saga from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { sagaApp } from "saga-http";
import { z } from "zod";

const input = z.object({ seat: z.int().min(1) });

class ReserveSeat extends saga.CompensatableHandler<z.output<typeof input>> {
  override readonly step = "reserve-seat";
  override readonly words = { state: "RESERVING", done: "Reserved", failed: "SoldOut", undoing: "RELEASING", undone: "Released" };
  override readonly participant = { name: "theatre", keyed: true };
  override readonly gives = saga.givesNothing;
  // A real handler calls the theatre here, with the Idempotency-Key of the attempt.
  override run = async ({ seat }: z.output<typeof input>) => (seat > 100 ? saga.rejected("no such seat") : saga.done());
  override rollback = async () => saga.done();
}

const seatChain = saga.chain(input).step(new ReserveSeat());

class SeatSagaController extends saga.Controller<typeof seatChain> {
  constructor() {
    super({ name: "seat", version: 1, chain: seatChain, policy: saga.defaultPolicy });
  }
}

const controller = new SeatSagaController();

/** The API of the seat saga, mounted under /api. Its sagas live in memory: a service takes a durable journal and the system's clock. */
export async function seatsApi(onError: (error: unknown) => void) {
  const [journal, clock, newId] = [new MemoryJournal(), new SimulatedClock(), () => crypto.randomUUID()];
  const limits = { sagasInFlightMax: 1_000, onDefect: onError };
  const engine = new saga.EmbeddedEngine({ controllers: [controller], journal, clock, random: Math.random, newId, ...limits });
  await engine.resume();
  const resources = [{ controller, input, result: z.object({}) }];
  const info = { title: "Seats", version: "1" };
  return new Hono().route("/api", sagaApp({ info, resources, engine, index: journal, clock, syncWaitMsMax: 20_000, onError }));
}
