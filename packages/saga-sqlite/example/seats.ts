import { DeletionClock, systemClock } from "saga-clock";
import * as saga from "saga-core";
import { keepPruning, keepVerifying, SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";
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

const DAY_MS = 86_400_000;

/** The seat saga in this process, on a journal that survives a crash: the next process resumes what is open. */
export async function openSeats(journalPath: string, onError: (error: unknown) => void) {
  const journal = new SqliteJournal(journalPath, {
    onFailure: (failure) => failure && onError(failure),
    onContradiction: onError,
    onDamage: (damage) => onError(new Error(damage)),
  });
  const ports = { journal, clock: systemClock, random: Math.random, newId };
  const limits = { sagasInFlightMax: 1_000, onDefect: onError };
  const engine = new saga.EmbeddedEngine({ controllers: [new SeatSagaController()], ...ports, ...limits });
  await engine.resume();
  const deletionTime = new DeletionClock({ recorded: (instant) => journal.recordedTimes(instant) });
  const stopPruning = keepPruning(journal, deletionTime, { sagasMs: 30 * DAY_MS, keysMs: DAY_MS }, onError);
  const stopVerifying = keepVerifying(journal, onError);
  const close = async () => {
    stopPruning();
    stopVerifying();
    await engine.drain(10_000);
    journal.close();
  };
  return { engine, index: journal, close };
}
