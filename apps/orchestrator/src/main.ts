import { resolve } from "node:path";
import process from "node:process";
import { Writable } from "node:stream";
import { getLogger } from "@logtape/logtape";
import { FingerprintMismatch, JournalError } from "saga-core";
import { connectionsMax, DeafServerError, listen, type OwnListening, runProcess, watchOwnPort } from "service-kit";
import { compose } from "./compose.ts";
import { type Config, readConfig } from "./config.ts";
import { connectionsOf, proxyVariables } from "./connection-variables.ts";
import { configureLogging } from "./logging.ts";

await runProcess(
  async () => {
    const config = readConfig(process.env);
    // Before the first request, at which Deno reads them.
    if (!config.PROXY_FROM_ENVIRONMENT) for (const name of proxyVariables) delete process.env[name];
    const connections = connectionsMax(connectionsOf(config));
    await configureLogging(Writable.toWeb(process.stderr), config.LOG_LEVEL);
    const { fetch, open, failed, drain, close } = await compose(config);
    const { HOST: host, PORT: port, IDLE_CONNECTION_MS: idleConnectionMs } = config;
    const server = await listen({ fetch, host, port, connectionsMax: connections, idleConnectionMs });
    process.stdout.write(`orchestrator listening on ${server.url}\n`);
    logStart(config, open);
    const stop = async () => {
      try {
        await drain();
      } finally {
        // Also after the journal failed, so that open requests get an answer.
        await server.close();
        await close();
      }
    };
    return { stop, failed: Promise.race([failed, endIfDeaf(server)]) };
  },
  { expected: [JournalError, FingerprintMismatch, DeafServerError] },
);

async function endIfDeaf(server: OwnListening): Promise<never> {
  try {
    return await watchOwnPort(server);
  } catch (error) {
    getLogger(["orchestrator"]).error("{reason}", { reason: error });
    throw error;
  }
}

function logStart(config: Config, open: number): void {
  const log = getLogger(["orchestrator"]);
  if (config.ENGINE === "embedded") {
    log.info("The journal is {journal}; {resumed} unfinished sagas are resumed", {
      journal: resolve(config.JOURNAL_PATH),
      resumed: open,
    });
  } else {
    log.info("Sagas run on Restate at {ingress}; {open} sagas are unfinished", { ingress: config.RESTATE_INGRESS_URL, open });
  }
}
