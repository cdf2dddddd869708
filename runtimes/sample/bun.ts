import process from "node:process";
import { makeTripApp } from "./trip-app.ts";

const { app, stop } = await makeTripApp();
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => app.fetch(request) });
process.stdout.write(`http://127.0.0.1:${server.port}\n`);
process.once("SIGTERM", async () => {
  await server.stop();
  await stop();
});
