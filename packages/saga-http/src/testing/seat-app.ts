import {
  CompensatableHandler,
  Controller,
  chain,
  defaultPolicy,
  done,
  EmbeddedEngine,
  givesNothing,
  type Outcome,
  PivotHandler,
} from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { z } from "zod";
import { sagaApp } from "../saga-app.ts";

export const input = z.object({ seat: z.int("must be a whole number").min(1, "must be at least 1") });
export const result = z.object({ ticket: z.int() });

/** What the participants of the next saga answer; a promise keeps the call under way. */
interface Answers {
  reserve?: () => Promise<Outcome>;
  pay?: () => Promise<Outcome<{ readonly ticket: number }>>;
}

const participant = { name: "theatre", keyed: true };

class Reserve extends CompensatableHandler<{ readonly seat: number }> {
  override readonly step = "reserve";
  override readonly words = {
    state: "RESERVING",
    done: "Reserved",
    failed: "ReservationFailed",
    undoing: "RELEASING",
    undone: "Released",
  };
  override readonly participant = participant;
  override readonly gives = givesNothing;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    super();
    this.#answers = answers;
  }

  override async run(): Promise<Outcome> {
    return (await this.#answers.reserve?.()) ?? done();
  }

  override async rollback(): Promise<Outcome> {
    return done();
  }
}

class Pay extends PivotHandler<object, { readonly ticket: number }> {
  override readonly step = "pay";
  override readonly words = { state: "PAYING", done: "Paid", failed: "PaymentFailed" };
  override readonly participant = participant;
  override readonly gives = result;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    super();
    this.#answers = answers;
  }

  override async run(): Promise<Outcome<{ readonly ticket: number }>> {
    return (await this.#answers.pay?.()) ?? done({ ticket: 7 });
  }
}

const seatChain = (answers: Answers) => chain(input).step(new Reserve(answers)).step(new Pay(answers));

/** Seats in a theatre: reserved, then paid. */
export class SeatSagaController extends Controller<ReturnType<typeof seatChain>> {
  constructor(answers: Answers) {
    super({ name: "seat", version: 1, chain: seatChain(answers), policy: { ...defaultPolicy, attemptsMax: 1 } });
  }
}

/** An app on an engine in memory, whose participants answer as the test says. */
export function setUp({ journal = new MemoryJournal(), sagasInFlightMax = 100 } = {}) {
  const answers: Answers = {};
  const errors: unknown[] = [];
  const clock = new SimulatedClock();
  const controller = new SeatSagaController(answers);
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, "0")}`;
  };
  const onDefect = () => undefined;
  const engine = new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0,
    newId,
    sagasInFlightMax,
    onDefect,
  });
  const resources = [{ controller, input, result }];
  const app = sagaApp({
    info: { title: "Seats", version: "1" },
    engine,
    index: journal,
    clock,
    resources,
    syncWaitMsMax: 5_000,
    onError: (error) => errors.push(error),
  });
  const start = async (headers: Readonly<Record<string, string>> = {}, body = '{"seat":3}') =>
    app.request("/saga/seat", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  const getJson = async (path: string) => bodyOf(await app.request(path));
  return { answers, errors, clock, engine, app, start, getJson };
}

export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(await response.json());
}
