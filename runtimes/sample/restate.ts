import process from "node:process";
import { listenForRestate } from "saga-restate";
import { z } from "zod";
import { tripsOnRestate } from "./restate-trips.ts";

const settings = z.tuple([z.url(), z.url(), z.url(), z.string()]);

// Serves the trip saga to Restate, and runs one trip.
const [ingressUrl, adminUrl, participantsUrl, namespace] = settings.parse(process.argv.slice(2));
const onError = (error: unknown) => void process.stderr.write(`${error}\n`);
const urls = { hotelUrl: participantsUrl, bankUrl: participantsUrl };
const { engine, controller } = tripsOnRestate({ ingressUrl, adminUrl, namespace, ...urls }, onError);
const endpoint = await listenForRestate({ services: engine.services, host: "127.0.0.1", port: 0, onWarning: onError });
await engine.register(`http://127.0.0.1:${endpoint.port}`);
// Under a key, so that the start can be sent again: a Restate that has just started may carry out a request and answer with an error.
const options = { isAwaited: true, idempotencyKey: "ada-0" };
const { untilRest } = await engine.start(controller, { traveller: "Ada", nights: 2 }, options);
process.once("SIGTERM", async () => {
  await engine.drain(5_000);
  await endpoint.close(1_000);
  await controller.close();
});
process.stdout.write(`${(await untilRest()).status}\n`);
