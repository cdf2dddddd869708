import process from "node:process";
import { Hono } from "hono";
import { systemClock as clock } from "saga-clock";
import { consoleApp, Sessions } from "saga-console";
import * as saga from "saga-core";
import { type Authenticate, roles, sagaApp } from "saga-http";
import { SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";
import { z } from "zod";
import { receipt, TripController, trip } from "./trip.ts";

const settings = z.tuple([z.string(), z.url(), z.url(), z.string().optional()]);

/** The trip saga over REST, and its console, on the journal, with the participants and for the token that the command line names. */
export async function makeTripApp() {
  const [journalPath, hotelUrl, bankUrl, token] = settings.parse(process.argv.slice(2));
  const controller = new TripController(hotelUrl, bankUrl);
  const onError = (error: unknown) => process.stderr.write(`${error}\n`);
  const journal = new SqliteJournal(journalPath);
  const ports = { journal, clock, random: Math.random, newId };
  const engine = new saga.EmbeddedEngine({ controllers: [controller], ...ports, sagasInFlightMax: 1_000, onDefect: onError });
  await engine.resume();
  const resources = [{ controller, input: trip, result: receipt }];
  const info = { title: "Trips", version: "1" };
  const sessions = token === undefined ? undefined : new Sessions({ authenticate: knows(token), now: Date.now });
  const authenticate = sessions && { authenticate: sessions.authenticate };
  const app = new Hono()
    .route("/", sagaApp({ info, resources, engine, index: journal, clock, syncWaitMsMax: 20_000, onError, ...authenticate }))
    .route("/console", consoleApp({ ...(sessions && { sessions }) }));
  const stop = async () => {
    await engine.drain(5_000).finally(() => journal.close());
    await controller.close();
  };
  return { app, stop };
}

/** One person, who may do everything. */
function knows(token: string): Authenticate {
  return async (headers) =>
    headers.get("authorization") === `Bearer ${token}`
      ? { subject: "ada", roles: new Set(roles) }
      : { problem: "missing", detail: "There is no such token." };
}
