import process from "node:process";
import { file, listen, readEnvironment, runProcess } from "service-kit";
import { z } from "zod";
import { openTickets } from "./tickets.ts";

const environment = z.object({
  JOURNAL_PATH: file("tickets.sqlite", { description: "Its journal.", example: "tickets.sqlite" }),
});

/** The sagas of tickets in a process of their own, which also tells its memory without garbage. */
await runProcess(async () => {
  const { JOURNAL_PATH } = readEnvironment(environment, process.env);
  const tickets = await openTickets(JOURNAL_PATH, (error) => void process.stderr.write(`${error}\n`));
  const fetch = (request: Request) => (request.url.endsWith("/memory") ? Response.json(memoryNow()) : tickets.fetch(request));
  const { url, close } = await listen({ fetch, host: "127.0.0.1", port: 0 });
  process.stdout.write(`tickets listening on ${url}\n`);
  return {
    stop: async () => {
      await close();
      await tickets.stop();
    },
  };
});

/** In bytes. V8 offers the collection of garbage only where `DENO_V8_FLAGS` says so. */
function memoryNow() {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") throw new Error("DENO_V8_FLAGS must contain --expose-gc.");
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { process: rss, heap: heapUsed + external };
}
