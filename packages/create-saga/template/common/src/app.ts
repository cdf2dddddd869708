import { systemClock as clock } from "saga-clock";
import { EmbeddedEngine } from "saga-core";
import { sagaApp } from "saga-http";
import { SqliteJournal } from "saga-sqlite";
import { v7 as newId } from "uuid";
import { input, MySagaController, result, theatreAt } from "./saga.ts";

/** The REST surface, and the engine on its journal. Sagas that an earlier process left open go on at once. */
export async function openApp(journalPath: string, theatreUrl: string, onError: (error: unknown) => void) {
  const theatre = theatreAt(theatreUrl);
  const controller = new MySagaController(theatre);
  const journal = new SqliteJournal(journalPath);
  const limits = { sagasInFlightMax: 1_000, onDefect: onError };
  const engine = new EmbeddedEngine({ controllers: [controller], journal, clock, random: Math.random, newId, ...limits });
  await engine.resume();
  const api = { info: { title: "my-saga", version: "1" }, resources: [{ controller, input, result }] };
  const app = sagaApp({ ...api, engine, index: journal, clock, syncWaitMsMax: 20_000, onError });
  const stop = async (): Promise<void> => {
    await engine.drain(8_000).finally(() => journal.close());
    await theatre.close();
  };
  return { app, stop };
}
