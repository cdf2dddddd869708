import { Hono } from "hono";
import { type ConsoleOptions, consoleApp, Sessions } from "saga-console";
import * as saga from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { type Authenticate, sagaApp } from "saga-http";
import { z } from "zod";

const input = z.object({ seat: z.int().min(1) });

class ReserveSeat extends saga.CompensatableHandler<z.output<typeof input>> {
  override readonly step = "reserve-seat";
  override readonly words = { state: "RESERVING", done: "Reserved", failed: "SoldOut", undoing: "RELEASING", undone: "Released" };
  override readonly participant = { name: "theatre", keyed: true };
  override readonly gives = saga.givesNothing;
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

/** The API of the seat saga under /api, and its console at /api/console, for people who have a token. */
export async function seatsConsole(tokens: Authenticate, options: ConsoleOptions = {}): Promise<Hono> {
  const [journal, clock, newId] = [new MemoryJournal(), new SimulatedClock(), () => crypto.randomUUID()];
  const onError = (error: unknown) => {
    throw error;
  };
  const limits = { sagasInFlightMax: 1_000, onDefect: onError };
  const engine = new saga.EmbeddedEngine({ controllers: [controller], journal, clock, random: Math.random, newId, ...limits });
  await engine.resume();
  const sessions = new Sessions({ authenticate: tokens, now: Date.now });
  const { authenticate } = sessions;
  const resources = [{ controller, input, result: z.object({}) }];
  const info = { title: "Seats", version: "1" };
  const app = sagaApp({ info, resources, engine, index: journal, clock, syncWaitMsMax: 20_000, onError, authenticate });
  return new Hono().route("/api", app).route("/api/console", consoleApp({ sessions, ...options }));
}
