import process from "node:process";
import { httpUrl, integer, port, readEnvironment, runProcess } from "service-kit";
import { z } from "zod";
import { serve } from "./deno-serve.ts";
import { naiveOrchestrator } from "./naive.ts";

const about = { description: "Where it is.", example: "http://127.0.0.1:5000" };

const environment = z.object({
  PORT: port(0),
  STORE_MANAGER_URL: httpUrl("http://127.0.0.1:5000", about),
  PAYMENTS_URL: httpUrl("http://127.0.0.1:5009", about),
  CALL_TIMEOUT_MS: integer(5_000, { min: 1, max: 600_000 }, { description: "The deadline of one call.", example: "5000" }),
});

await runProcess(async () => {
  const { PORT, STORE_MANAGER_URL, PAYMENTS_URL, CALL_TIMEOUT_MS } = readEnvironment(environment, process.env);
  const place = naiveOrchestrator({
    storeManagerUrl: STORE_MANAGER_URL,
    paymentsUrl: PAYMENTS_URL,
    callTimeoutMs: CALL_TIMEOUT_MS,
  });
  const { url, close } = serve({ port: PORT }, place);
  process.stdout.write(`naive listening on ${url}\n`);
  return { stop: close };
});
