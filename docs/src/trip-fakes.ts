import process from "node:process";
import { Hono } from "hono";
import { listen, runProcess } from "service-kit";
import { z } from "zod";

const charge = z.object({ amount: z.number() });
const [, , hotelPort = "5201", bankPort = "5202"] = process.argv;
let id = 0;

/** Serves a participant in memory. It keeps keys: its first answer to a key is its answer, and a repetition has no second effect. */
async function serve(name: string, port: string, answer: (path: string, body: unknown) => Response) {
  const answers = new Map<string, Response>();
  const app = new Hono().post("/*", async ({ req }) => {
    const key = req.header("idempotency-key") ?? "";
    const first = answers.get(key) ?? answer(req.path, await req.json());
    answers.set(key, first);
    process.stdout.write(`${name}: ${first.status} ${req.path} ${key}\n`);
    return first.clone();
  });
  const server = await listen({ fetch: (request) => app.fetch(request), host: "127.0.0.1", port: Number(port) });
  process.stdout.write(`${name} listening on ${server.url}\n`);
  return server;
}

await runProcess(async () => {
  const hotel = await serve("hotel", hotelPort, (path) => Response.json(path === "/rooms" ? { room_id: ++id } : {}));
  const bank = await serve("bank", bankPort, (_path, body) =>
    charge.parse(body).amount > 500 ? Response.json({ error: "no funds" }, { status: 402 }) : Response.json({ receipt_id: ++id }),
  );
  return { stop: async () => void (await Promise.all([hotel.close(), bank.close()])) };
});
