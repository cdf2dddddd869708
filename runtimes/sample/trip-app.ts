import process from "node:process";
import { systemClock as clock } from "saga-clock";
import * as saga from "saga-core";
import { sagaApp } from "saga-http";
import { SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";
import { z } from "zod";
import { receipt, TripController, trip } from "./trip.ts";

const settings = z.tuple([z.string(), z.url(), z.url()]);

/** The trip saga over REST, on the journal and with the participants that the command line names. */
export async function makeTripApp() {
  const [journalPath, hotelUrl, bankUrl] = settings.parse(process.argv.slice(2));
  const controller = new TripController(hotelUrl, bankUrl);
  const onError = (error: unknown) => process.stderr.write(`${error}\n`);
  const journal = new SqliteJournal(journalPath);
  const ports = { journal, clock, random: Math.random, newId };
  const engine = new saga.EmbeddedEngine({ controllers: [controller], ...ports, sagasInFlightMax: 1_000, onDefect: onError });
  await engine.resume();
  const resources = [{ controller, input: trip, result: receipt }];
  const info = { title: "Trips", version: "1" };
  const app = sagaApp({ info, resources, engine, index: journal, clock, syncWaitMsMax: 20_000, onError });
  const stop = async () => {
    await engine.drain(5_000).finally(() => journal.close());
    await controller.close();
  };
  return { app, stop };
}
