import { Hono } from "hono";

/** Makes a service keyed that is not: the first answer to a key is the answer. A service itself keeps it in the transaction of its effect. */
export function keyedFront(serviceUrl: string): Hono {
  const answers = new Map<string, Promise<{ readonly status: number; readonly text: string }>>();
  return new Hono().all("*", async ({ req }) => {
    const call = async () => {
      const headers = { "content-type": req.header("content-type") ?? "" };
      const body = req.method === "GET" ? null : await req.text();
      const reply = await fetch(serviceUrl + req.path, { method: req.method, headers, body });
      return { status: reply.status, text: await reply.text() };
    };
    const key = req.method === "GET" ? undefined : req.header("idempotency-key");
    const answer = (key === undefined ? undefined : answers.get(key)) ?? call();
    if (key !== undefined) answers.set(key, answer);
    const { status, text } = await answer;
    return new Response(text, { status, headers: { "content-type": "application/json" } });
  });
}
