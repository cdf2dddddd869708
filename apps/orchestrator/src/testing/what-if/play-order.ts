import { setImmediate } from "node:timers/promises";
import { type ForetoldCall, inRows, type Mishap, type ToldDefinition, toldDefinitionSchema } from "saga-console/what-if";
import { defaultPolicy, EmbeddedEngine, OperationRefused, stateOf, statusOf } from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { sagaApp } from "saga-http";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { orderInput, orderResult } from "../../order/order.ts";
import { OrderSagaController } from "../../order/order-saga.ts";
import { FaultyServices } from "./faulty-services.ts";

/** It gives up after a minute, so that every attempt until then is made. */
const policy = { ...defaultPolicy, giveUpMs: 60_000 };
/** Turns of the event loop in which nothing is left to do but to wait for the clock. */
const QUIET_TURNS = 10;
const TURNS_MAX = 2_000;

/** An order, played to its end by the real engine. */
export interface PlayedOrder {
  readonly ending: string;
  readonly state: string;
  readonly calls: readonly ForetoldCall[];
  readonly durationMs: number;
  readonly isCancelRefused: boolean;
  readonly client: { readonly status: number; readonly word: string };
  readonly effects: readonly string[];
}

/** What the API tells of the order saga, at services that keep keys or do not. */
export async function tellOrder(keyed: boolean): Promise<ToldDefinition> {
  const { app } = setUp(new FaultyServices({ step: "", trouble: "refused" }, keyed));
  const reply: unknown = await (await app.request("/definitions/order")).json();
  return toldDefinitionSchema.parse(reply);
}

/** Starts an order over HTTP at services that have a mishap, and moves the clock on until its client is answered. */
export async function playOrder(mishap: Mishap, keyed: boolean): Promise<PlayedOrder> {
  const services = new FaultyServices(mishap, keyed);
  const { app, engine, clock } = setUp(services);
  const calls: Omit<ForetoldCall, "count">[] = [];
  engine.subscribe((_found, event) => {
    if (event.type === "answered") calls.push({ step: event.step, action: event.action, outcome: event.outcome.outcome });
  });
  let isCancelRefused = false;
  services.cancel = async (id) => {
    await engine.cancel(id, {}).catch((error: unknown) => {
      if (!(error instanceof OperationRefused)) throw error;
      isCancelRefused = true;
    });
  };
  const body = JSON.stringify({ user_id: 1, items: [{ product_id: 3, quantity: 2 }] });
  const answer = app.request("/saga/order", { method: "POST", headers: { "content-type": "application/json" }, body });
  const reply = await untilAnswered(Promise.resolve(answer), clock);
  const { saga_id: id, status, type } = answerSchema.parse(await reply.json());
  const found = await engine.get(id);
  if (!found) throw new Error("the saga is not kept");
  const { saga } = found;
  return {
    ending: statusOf(saga),
    state: stateOf(found.controller, saga),
    calls: inRows(calls),
    durationMs: saga.updatedAt - saga.createdAt,
    isCancelRefused,
    client: { status: reply.status, word: type ?? String(status) },
    effects: services.effects,
  };
}

const answerSchema = z.object({ saga_id: z.string(), type: z.string().optional(), status: z.unknown() });

function setUp({ storeManager, payments }: FaultyServices) {
  const clock = new SimulatedClock();
  const journal = new MemoryJournal();
  const controller = new OrderSagaController({ storeManager, payments }, policy);
  const onDefect = (error: unknown) => {
    throw error;
  };
  const engine = new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0.5,
    newId: uuidv7,
    sagasInFlightMax: 10,
    onDefect,
  });
  const app = sagaApp({
    info: { title: "Orders", version: "1" },
    engine,
    index: journal,
    clock,
    resources: [{ controller, input: orderInput, result: orderResult }],
    // Its client waits longer than any saga takes.
    syncWaitMsMax: 100 * policy.giveUpMs,
    onError: onDefect,
  });
  return { app, engine, clock };
}

async function untilAnswered(reply: Promise<Response>, clock: SimulatedClock): Promise<Response> {
  let answer: Response | undefined;
  void reply.then((found) => {
    answer = found;
  });
  for (let turns = 0; turns < TURNS_MAX; turns += 1) {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) await setImmediate();
    if (answer) return answer;
    clock.advance();
  }
  throw new Error("no answer came");
}
