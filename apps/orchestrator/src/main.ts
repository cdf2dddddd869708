import { resolve } from "node:path";
import process from "node:process";
import { getLogger } from "@logtape/logtape";
import { type Drained, FingerprintMismatch, JournalError } from "saga-core";
import { RecordsLost } from "saga-core/engine";
import { proxyVariables } from "saga-participant";
import { connectionsMax, inServerSpan, listen, type OwnListening, type ProcessEnd, runProcess, watchOwnPort } from "service-kit";
import { isAuthenticating } from "./access/access-variables.ts";
import { TokenFileError } from "./access/token-entries.ts";
import { compose } from "./compose.ts";
import { type Config, readConfig } from "./config.ts";
import { connectionsOf } from "./connection-variables.ts";
import { CredentialFileError } from "./credentials/credential-of.ts";
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
    await configureLogging(stderrStream(), { ...config, isTerminal: process.stderr.isTTY });
    const { fetch, fetchForOperators, open, failed, drain, close } = await compose(config);
    const { HOST: host, PORT: port, OPERATOR_HOST, OPERATOR_PORT, IDLE_CONNECTION_MS: idleConnectionMs } = config;
    const { answersMs, stopMsMax } = stopTimesOf(config);
    let server: OwnListening | undefined;
    let operatorServer: OwnListening | undefined;
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
    const closeServers = async () => {
      await Promise.all([server?.close(answersMs), operatorServer?.close(answersMs)]);
    };
    const stop = () => inOrder([drainAll, closeServers, close]);
    try {
      server = await listen({ fetch: inServerSpan(fetch), host, port, connectionsMax: connections, idleConnectionMs });
      if (fetchForOperators)
        operatorServer = await listen({
          fetch: inServerSpan(fetchForOperators),
          host: OPERATOR_HOST ?? host,
          port: OPERATOR_PORT ?? 0,
          connectionsMax: connections,
          idleConnectionMs,
        });
    } catch (error) {
      // Sagas go on already.
      await stop();
      throw error;
    }
    process.stdout.write(`orchestrator listening on ${server.url}\n`);
    if (operatorServer) process.stdout.write(`orchestrator listening on ${operatorServer.url} for operators\n`);
    logStart(config, open);
    const ended = (end: ProcessEnd) => logLastLine(end, left);
    const deaf = [server, ...(operatorServer ? [operatorServer] : [])].map(endIfDeaf);
    return { stop, stopMsMax, ended, failed: Promise.race([failed, ...deaf]) };
  },
  { expected: [JournalError, FingerprintMismatch, TokenFileError, CredentialFileError] },
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
  if (config.INSECURE && !isAuthenticating(config))
    log.warn("INSECURE is true: everybody who reaches {host} may start, read, repair and pause", { host: config.HOST });
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
