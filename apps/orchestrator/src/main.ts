import { resolve } from "node:path";
import process from "node:process";
import { Writable } from "node:stream";
import { getLogger } from "@logtape/logtape";
import { FingerprintMismatch, JournalError } from "saga-core";
import { listen, runProcess } from "service-kit";
import { compose } from "./compose.ts";
import { type Config, readConfig } from "./config.ts";
import { configureLogging } from "./logging.ts";

await runProcess(
  async () => {
    const config = readConfig(process.env);
    await configureLogging(Writable.toWeb(process.stderr), config.LOG_LEVEL);
    const { fetch, open, failed, drain, close } = await compose(config);
    const server = await listen({ fetch, host: config.HOST, port: config.PORT });
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
    return { stop, failed };
  },
  { expected: [JournalError, FingerprintMismatch] },
);

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
