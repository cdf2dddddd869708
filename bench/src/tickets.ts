import { systemClock as clock } from "saga-clock";
import { Controller, chain, defaultPolicy, EmbeddedEngine, PivotWaitHandler } from "saga-core";
import { sagaApp } from "saga-http";
import { SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";
import { z } from "zod";

const input = z.object({ ticket: z.string() });
const payment = z.object({ payment_id: z.int() });

/** Waits for the payment of a ticket: for a signal, and at most for thirty days. */
class WaitForPayment extends PivotWaitHandler<z.output<typeof input>, z.output<typeof payment>> {
  override readonly step = "wait-for-payment";
  override readonly words = { state: "UNPAID", done: "Paid", failed: "NotPaid", timedOut: "NotPaidInTime" };
  override readonly gives = payment;
  override readonly accepts = payment;
  override readonly waitMs = 30 * 86_400_000;
  override readonly onTimeout = "turn-back";
  override readonly correlation = "ticket";
}

const ticketChain = () => chain(input).step(new WaitForPayment());

/** A saga that only waits: it calls nobody, so that nothing but its start and its signal is measured. */
class TicketSagaController extends Controller<ReturnType<typeof ticketChain>> {
  constructor() {
    super({ name: "ticket", version: 1, chain: ticketChain(), policy: defaultPolicy });
  }
}

export interface TicketApp {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly stop: () => Promise<void>;
}

/** The sagas of tickets on a journal of their own, behind the REST surface of the orchestrator. */
export async function openTickets(journalPath: string, onError: (error: unknown) => void): Promise<TicketApp> {
  const controller = new TicketSagaController();
  const journal = new SqliteJournal(journalPath);
  const limits = { sagasInFlightMax: 10_000, onDefect: onError };
  const engine = new EmbeddedEngine({ controllers: [controller], journal, clock, random: Math.random, newId, ...limits });
  await engine.resume();
  const resources = [{ controller, input, result: payment }];
  const api = { info: { title: "Tickets", version: "1" }, resources, syncWaitMsMax: 20_000 };
  const app = sagaApp({ ...api, engine, index: journal, clock, onError });
  const stop = async () => {
    await engine.drain(10_000);
    journal.close();
  };
  return { fetch: (request) => app.fetch(request), stop };
}
