import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";

/**
 * A fake of the theatre, for `dev` and the tests. It has ten seats at a time, and sells none to "nobody". Like the real one it is keyed: it
 * answers a repeated key with its first answer.
 */
export function fakeTheatre(): Hono {
  const answers = new Map<string, Response>();
  let lastId = 0;
  const theatre = new Hono();
  theatre.use(async (context, next) => {
    const key = context.req.header("idempotency-key") ?? "";
    const known = answers.get(key);
    if (known) return known.clone();
    await next();
    answers.set(key, context.res.clone());
    return;
  });
  theatre.post("/holds", async ({ req, json }) => {
    const { seats } = z.object({ seats: z.int() }).parse(await req.json());
    if (seats > 10) return json({ error: "only 10 seats are left" }, 409);
    lastId += 1;
    return json({ hold_id: lastId }, 201);
  });
  theatre.post("/holds/:id/release", ({ json }) => json({}));
  theatre.post("/sales", async ({ req, json }) => {
    const { customer } = z.object({ customer: z.string() }).parse(await req.json());
    if (customer === "nobody") return json({ error: "the card is declined" }, 409);
    lastId += 1;
    return json({ sale_id: lastId }, 201);
  });
  return theatre;
}

/** Serves an app on a free port of this machine. */
export async function serveLocally({ fetch }: Hono): Promise<{ readonly url: string; readonly close: () => void }> {
  let server: ServerType | undefined;
  const port = await new Promise<number>((resolve) => {
    server = serve({ fetch, hostname: "127.0.0.1", port: 0 }, (address) => resolve(address.port));
  });
  return { url: `http://127.0.0.1:${port}`, close: () => void server?.close() };
}
