import { Hono } from "hono";

/** Stands in front of two orchestrators while sagas move from the first one, which is paused, to the second one. */
export function movingFront(from: string, to: string): Hono {
  return new Hono().all("*", async ({ req }) => {
    const headers = new Headers(req.raw.headers);
    const body = ["GET", "HEAD"].includes(req.method) ? undefined : await req.text();
    const target = req.url.slice(new URL(req.url).origin.length);
    const ask = (orchestrator: string) =>
      fetch(orchestrator + target, { method: req.method, headers, ...(body !== undefined && { body }) });
    const first = await ask(from);
    // The first one does not have this saga, or is paused and accepts no new one. Paused, it still answers the keys of its own sagas.
    const isElsewhere =
      first.status === 404 || (first.status === 503 && (await first.clone().text()).includes("definition-paused"));
    return isElsewhere ? await ask(to) : first;
  });
}
