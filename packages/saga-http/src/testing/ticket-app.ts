import {
  type ContextSchemas,
  Controller,
  chain,
  defaultPolicy,
  done,
  EmbeddedEngine,
  givesNothing,
  PivotHandler,
  PivotWaitHandler,
  RetriableWaitHandler,
  rejected,
} from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { z } from "zod";
import { type SagaAppOptions, sagaApp } from "../saga-app.ts";
import { checkedRequest } from "./seat-app.ts";

const input = z.object({ ref: z.union([z.string(), z.number()]) }).meta({ example: { ref: "A-1" } });
const payment = z.object({ payment_id: z.int("must be a whole number"), note: z.unknown().optional() });
const approval = z.object({ approved: z.boolean() });
const result = payment.meta({ example: { payment_id: 7 } });

class WaitForPayment extends PivotWaitHandler<z.output<typeof input>, z.output<typeof payment>> {
  override readonly step = "wait-for-payment";
  override readonly words = { state: "UNPAID", done: "Paid", failed: "NotPaid", timedOut: "NotPaidInTime" };
  override readonly gives = payment;
  override readonly accepts = payment;
  override readonly waitMs = 86_400_000;
  override readonly onTimeout = "turn-back";
  override readonly correlation = "ref";
}

class WaitForApproval extends RetriableWaitHandler<object, Readonly<Record<never, never>>, z.output<typeof approval>> {
  override readonly step = "wait-for-approval";
  override readonly words = { state: "UNAPPROVED", done: "Approved" };
  override readonly gives = givesNothing;
  override readonly accepts = approval;
  override outcomeOf({ approved }: z.output<typeof approval>) {
    return approved ? done() : rejected("not approved");
  }
}

const ticketChain = () => chain(input).step(new WaitForPayment()).step(new WaitForApproval());

/** A ticket that is paid, then approved: its saga calls nobody. */
class TicketSagaController extends Controller<ReturnType<typeof ticketChain>> {
  constructor(context: ContextSchemas = {}) {
    super({ name: "ticket", version: 1, chain: ticketChain(), policy: defaultPolicy, context });
  }
}

const participant = { name: "counter", keyed: true };

class PrintTicket extends PivotHandler<z.output<typeof input>, z.output<typeof payment>> {
  override readonly step = "print";
  override readonly words = { state: "PRINTING", done: "Printed", failed: "NotPrinted" };
  override readonly participant = participant;
  override readonly gives = payment;
  override async run() {
    return done({ payment_id: 7 });
  }
}

const printedChain = () => chain(input).step(new PrintTicket());

/** The next version of the ticket, which waits for nobody. */
class PrintedTicketSagaController extends Controller<ReturnType<typeof printedChain>> {
  constructor() {
    super({ name: "ticket", version: 2, chain: printedChain(), policy: defaultPolicy });
  }
}

type Version = "earlier" | "next";

interface SetUp {
  readonly journal?: MemoryJournal;
  /** The versions that the engine knows. Default: the earlier one, which waits. */
  readonly controllers?: readonly Version[];
  /** The version that the API starts. Default: the earlier one. */
  readonly resource?: Version;
  /** What the earlier version takes of the caller's context. Default: nothing. */
  readonly context?: ContextSchemas;
  readonly web?: Pick<SagaAppOptions, "allowedOrigins" | "contextHeaders" | "authenticate">;
}

/** An app on an engine in memory, whose sagas wait. Every reply is compared with the OpenAPI document. */
export function setUpTickets(setUp: SetUp = {}) {
  const { journal = new MemoryJournal(), controllers = ["earlier"], resource = "earlier", context, web } = setUp;
  const clock = new SimulatedClock();
  const versions: Readonly<Record<Version, Controller>> = {
    earlier: new TicketSagaController(context),
    next: new PrintedTicketSagaController(),
  };
  const controller = versions[resource];
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, "0")}`;
  };
  const onDefect = () => undefined;
  const limits = { sagasInFlightMax: 100, signalWaitMsMax: 0, onDefect };
  const known = controllers.map((version) => versions[version]);
  const engine = new EmbeddedEngine({ controllers: known, journal, clock, random: () => 0, newId, ...limits });
  const app = sagaApp({
    info: { title: "Tickets", version: "1" },
    engine,
    index: journal,
    clock,
    resources: [{ controller, input, result }],
    syncWaitMsMax: 0,
    ...web,
    onError: () => undefined,
  });
  const request = (path: string, init?: RequestInit) => checkedRequest(app, path, init);
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    request(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  const getJson = async (path: string) => z.record(z.string(), z.unknown()).parse(await (await request(path)).json());
  const start = async (ref: string | number) => {
    const { saga_id } = z.looseObject({ saga_id: z.string() }).parse(await (await post("/saga/ticket", { ref })).json());
    return { id: saga_id, path: `/sagas/${saga_id}` };
  };
  return { app, clock, engine, journal, request, post, getJson, start };
}
