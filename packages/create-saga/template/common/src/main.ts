import process from "node:process";
import { serve } from "@hono/node-server";
import { openApp } from "./app.ts";

const {
  HOST: hostname = "127.0.0.1",
  PORT: port = "3000",
  JOURNAL_PATH: journalPath = "my-saga.sqlite",
  THEATRE_URL: theatreUrl,
} = process.env;
if (!theatreUrl) {
  process.stderr.write("Set THEATRE_URL to the address of the theatre. `npm run dev` has a fake one.\n");
  process.exit(1);
}

const onError = (error: unknown) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
const { app, stop } = await openApp(journalPath, theatreUrl, onError);

const server = serve({ fetch: app.fetch, hostname, port: Number(port) }, (address) => {
  const url = `http://${hostname}:${address.port}`;
  process.stdout.write(
    `my-saga listens on ${url}: POST ${url}/saga/my-saga starts a saga, and ${url}/docs describes the rest.\n`,
  );
});

/** Sagas that are not at rest by then go on at the next start. */
async function end(exitCode: number): Promise<void> {
  server.close();
  await stop().catch(onError);
  process.exit(exitCode);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void end(0));
server.once("error", (error) => {
  process.stderr.write(`${error.message}. Set PORT to a free port.\n`);
  void end(1);
});
