import { Hono } from "hono";

interface First {
  readonly request: string;
  /** Absent while it is under way, and where the service gave none: what became of it is then not known. */
  reply?: { readonly status: number; readonly text: string };
}

/** Before a service that knows no keys: the first answer to a key is the answer. */
export function keyedFront(serviceUrl: string): Hono {
  const firsts = new Map<string, First>();
  return new Hono().all("*", async ({ req, json }) => {
    const [body, contentType] = [await req.text(), req.header("content-type") ?? ""];
    const call = async () => {
      const init = { method: req.method, headers: { "content-type": contentType }, ...(body !== "" && { body }) };
      const reply = await fetch(serviceUrl + req.path, init);
      return { status: reply.status, text: await reply.text() };
    };
    const request = `${req.method} ${req.path} ${body}`;
    const key = req.method === "GET" ? undefined : req.header("idempotency-key");
    const known = key === undefined ? undefined : firsts.get(key);
    if (known && known.request !== request) return json({ type: "idempotency-key-reused" }, 422);
    if (known && !known.reply) return json({ type: "idempotency-key-in-use" }, 409);
    const first: First = known ?? { request };
    if (key !== undefined) firsts.set(key, first);
    first.reply ??= await call();
    return new Response(first.reply.text, { status: first.reply.status, headers: { "content-type": "application/json" } });
  });
}
