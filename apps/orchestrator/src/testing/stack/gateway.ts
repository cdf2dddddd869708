import { Hono } from "hono";
import { type Listening, listen } from "service-kit";

export interface GatewayOptions {
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;
  /** The existing gateway has 5000. */
  readonly timeoutMs: number;
}

/** Every route of the existing gateway (docs/participants.md). */
const ROUTES = [
  ["POST", "/store-manager-api/orders"],
  ["GET", "/store-manager-api/orders/:id"],
  ["DELETE", "/store-manager-api/orders/:id"],
  ["PUT", "/store-manager-api/stocks"],
  ["POST", "/payments-api/payments"],
  ["POST", "/payments-api/payments/:id"],
] as const;

/**
 * Stands for the KrakenD in front of the existing services, with its routes and its timeout. It folds statuses: 200 and 201 become 200,
 * any other status becomes 500 without a body.
 */
export async function listenGateway({ storeManagerUrl, paymentsUrl, timeoutMs }: GatewayOptions): Promise<Listening> {
  const app = new Hono();
  for (const [method, path] of ROUTES) {
    app.on(method, path, async ({ req }) => {
      const [, api, ...rest] = req.path.split("/");
      const base = api === "payments-api" ? paymentsUrl : storeManagerUrl;
      // The gateway's route for processing a payment differs from the service's.
      const target = `${base}/${rest.join("/").replace(/^payments\/(\d+)$/, "payments/process/$1")}`;
      const body = await req.text();
      const headers = {
        "content-type": req.header("content-type") ?? "",
        "idempotency-key": req.header("idempotency-key") ?? "",
      };
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const reply = await fetch(target, { method, headers, signal, ...(method !== "GET" && { body }) });
        const text = await reply.text();
        if (reply.status === 200 || reply.status === 201) {
          return new Response(text, { status: 200, headers: { "content-type": "application/json" } });
        }
      } catch {
        // A broken or late reply becomes a 500 too.
      }
      return new Response(null, { status: 500 });
    });
  }
  return await listen({ fetch: (request) => app.fetch(request), host: "127.0.0.1", port: 0 });
}
