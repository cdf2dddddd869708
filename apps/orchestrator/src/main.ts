import { resolve } from "node:path";
import process from "node:process";
import { getLogger } from "@logtape/logtape";
import { type Drained, FingerprintMismatch, JournalError } from "saga-core";
import { RecordsLost } from "saga-core/engine";
import { connectionsMax, listen, type OwnListening, type ProcessEnd, runProcess, watchOwnPort } from "service-kit";
import { compose } from "./compose.ts";
import { type Config, readConfig } from "./config.ts";
import { connectionsOf, proxyVariables } from "./connection-variables.ts";
import { inOrder } from "./in-order.ts";
import { logLastLine } from "./last-line.ts";
import { configureLogging } from "./logging.ts";
import { stderrStream } from "./stderr-stream.ts";
import { stopTimesOf } from "./stop-times.ts";

await runProcess(
  async () => {
    const config = readConfig(process.env);
    // Before the first request, at which Deno reads them.
    if (!config.PROXY_FROM_ENVIRONMENT) for (const name of proxyVariables) delete process.env[name];
    const connections = connectionsMax(connectionsOf(config));
    await configureLogging(stderrStream(), config.LOG_LEVEL);
    const { fetch, open, failed, drain, close } = await compose(config);
    const { HOST: host, PORT: port, IDLE_CONNECTION_MS: idleConnectionMs } = config;
    const { answersMs, stopMsMax } = stopTimesOf(config);
    let server: OwnListening | undefined;
    let left: Drained | undefined;
    const drainAll = async () => {
      try {
        left = await drain();
      } catch (error) {
        if (error instanceof RecordsLost) left = error.drained;
        throw error;
      }
    };
    // Open requests get their answers also after the journal failed.
    const stop = () => inOrder([drainAll, async () => await server?.close(answersMs), close]);
    try {
      server = await listen({ fetch, host, port, connectionsMax: connections, idleConnectionMs });
    } catch (error) {
      // Sagas go on already.
      await stop();
      throw error;
    }
    process.stdout.write(`orchestrator listening on ${server.url}\n`);
    logStart(config, open);
    const ended = (end: ProcessEnd) => logLastLine(end, left);
    return { stop, stopMsMax, ended, failed: Promise.race([failed, endIfDeaf(server)]) };
  },
  { expected: [JournalError, FingerprintMismatch] },
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
    log.info("Process {pid} runs; the journal is {journal}; {resumed} unfinished sagas are resumed", {
      pid: process.pid,
      journal: resolve(config.JOURNAL_PATH),
      resumed: open,
    });
  } else {
    const facts = { pid: process.pid, ingress: config.RESTATE_INGRESS_URL, open };
    log.info("Process {pid} runs; sagas run on Restate at {ingress}; {open} sagas are unfinished", facts);
  }
}
