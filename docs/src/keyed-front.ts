import { Hono } from "hono";

/** The first request under a key. Without a reply it is under way, or the service gave no reply and its outcome is unknown. */
interface First {
  readonly request: string;
  reply?: Response;
}

/** Stands in front of a service that keeps no keys: the first answer to a key is the answer. */
export function keyedFront(serviceUrl: string): Hono {
  const firsts = new Map<string, First>();
  return new Hono().all("*", async ({ req, json }) => {
    const [key, body] = [req.header("idempotency-key") ?? "", await req.text()];
    const first: First = { request: `${req.method} ${req.path} ${body}` };
    const known = firsts.get(key);
    if (known && known.request !== first.request) return json({ type: "idempotency-key-reused" }, 422);
    if (known) return known.reply?.clone() ?? json({ type: "idempotency-key-in-use" }, 409);
    if (key !== "") firsts.set(key, first);
    const headers = { "content-type": req.header("content-type") ?? "" };
    const reply = await fetch(serviceUrl + req.path, { method: req.method, headers, ...(body !== "" && { body }) });
    first.reply = new Response(await reply.text(), { status: reply.status, headers: { "content-type": "application/json" } });
    return first.reply.clone();
  });
}
