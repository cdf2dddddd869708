import type { OpenAPIHono } from "@hono/zod-openapi";
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
import { expect } from "vitest";
import { z } from "zod";
import { sagaApp } from "../saga-app.ts";
import { ReplyJudge } from "./reply-judge.ts";

export const input = z
  .object({ seat: z.int("must be a whole number").min(1, "must be at least 1") })
  .meta({ example: { seat: 3 } });
export const result = z.object({ ticket: z.int() }).meta({ example: { ticket: 7 } });

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
  constructor(answers: Answers, attemptsMax = 1) {
    super({ name: "seat", version: 1, chain: seatChain(answers), policy: { ...defaultPolicy, attemptsMax } });
  }
}

/** An app on an engine in memory, whose participants answer as the test says. */
export function setUp({ journal = new MemoryJournal(), sagasInFlightMax = 100, attemptsMax = 1 } = {}) {
  const answers: Answers = {};
  const errors: unknown[] = [];
  const clock = new SimulatedClock();
  const controller = new SeatSagaController(answers, attemptsMax);
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
  const request = (path: string, init?: RequestInit) => requestJudged(app, path, init);
  const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    request(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  const start = (headers: Readonly<Record<string, string>> = {}, body = '{"seat":3}') =>
    request("/saga/seat", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  const getJson = async (path: string) => bodyOf(await request(path));
  return { answers, errors, clock, engine, controller, journal, request, post, start, getJson };
}

const judges = new WeakMap<OpenAPIHono, Promise<ReplyJudge>>();

/** Asks, and holds the reply to the document that the app gives of itself. */
async function requestJudged(app: OpenAPIHono, path: string, init: RequestInit = {}): Promise<Response> {
  const reply = await app.request(path, init);
  const judge =
    judges.get(app) ??
    Promise.resolve(app.request("/openapi.json")).then(async (document) => new ReplyJudge(await document.json()));
  judges.set(app, judge);
  const isStream = reply.headers.get("content-type")?.includes("event-stream");
  if (!isStream) expect(await (await judge).faultsOf(init.method ?? "GET", path.split("?")[0] ?? "", reply.clone())).toEqual([]);
  return reply;
}

export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(await response.json());
}
