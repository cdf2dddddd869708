import { once } from "node:events";
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import process from "node:process";
import { createEndpointHandler } from "@restatedev/restate-sdk";
import { flag, httpUrl, integer, listen, port, readEnvironment, runProcess } from "service-kit";
import { z } from "zod";
import { byHandApp, findableOrderByHand, orderByHand } from "./by-hand.ts";

const about = { description: "Where it is.", example: "http://127.0.0.1:5000" };

const environment = z.object({
  PORT: port(0),
  STORE_MANAGER_URL: httpUrl("http://127.0.0.1:5000", about),
  PAYMENTS_URL: httpUrl("http://127.0.0.1:5009", about),
  RESTATE_INGRESS_URL: httpUrl("http://127.0.0.1:8080", about),
  RESTATE_ADMIN_URL: httpUrl("http://127.0.0.1:9070", about),
  FINDABLE: flag(false, { description: "Whether a saga can be found and cancelled.", example: "true" }),
  CALL_TIMEOUT_MS: integer(5_000, { min: 1, max: 600_000 }, { description: "The deadline of one call.", example: "5000" }),
});

await runProcess(async () => {
  const config = readEnvironment(environment, process.env);
  const options = {
    storeManagerUrl: config.STORE_MANAGER_URL,
    paymentsUrl: config.PAYMENTS_URL,
    callTimeoutMs: config.CALL_TIMEOUT_MS,
  };
  const handle: (request: Http2ServerRequest, response: Http2ServerResponse) => void = createEndpointHandler({
    services: [config.FINDABLE ? findableOrderByHand(options) : orderByHand(options)],
    logger: () => undefined,
  });
  const endpoint = createServer(handle).listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  const address = endpoint.address();
  const uri = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const json = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ uri }) };
  const registered = await fetch(`${config.RESTATE_ADMIN_URL}/deployments`, json);
  if (!registered.ok) throw new Error(`Restate refused the registration: ${await registered.text()}`);
  const app = byHandApp(config.RESTATE_INGRESS_URL, { isFindable: config.FINDABLE });
  const { url, close } = await listen({ fetch: (request) => app.fetch(request), host: "127.0.0.1", port: config.PORT });
  process.stdout.write(`by hand listening on ${url}\n`);
  return { stop: close };
});
