import process from "node:process";
import { listen, runProcess } from "service-kit";
import { makeTripApp } from "./trip-app.ts";

const { PORT = "5200", JOURNAL_PATH = "trips.sqlite" } = process.env;
const { HOTEL_URL = "http://127.0.0.1:5201", BANK_URL = "http://127.0.0.1:5202" } = process.env;

// It stops in order on SIGTERM and Ctrl-C, and exits 1 with a message if it cannot start.
await runProcess(async () => {
  const print = (error: unknown) => void process.stderr.write(`${String(error)}\n`);
  const { app, stop } = await makeTripApp(JOURNAL_PATH, HOTEL_URL, BANK_URL, print);
  const server = await listen({ fetch: (request) => app.fetch(request), host: "127.0.0.1", port: Number(PORT) });
  process.stdout.write(`trips listening on ${server.url}\n`);
  return { stop: async () => void (await Promise.all([stop(), server.close(10_000)])) };
});
