import process from "node:process";
import { serve } from "@hono/node-server";
import { makeTripApp } from "./trip-app.ts";

const { app, stop } = await makeTripApp();
const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.once("SIGTERM", () => {
  server.close();
  void stop();
});
