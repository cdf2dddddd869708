import process from "node:process";
import { Writable } from "node:stream";
import { getLogger } from "@logtape/logtape";
import { JournalError } from "saga-core";
import { listen, runProcess } from "service-kit";
import { compose } from "./compose.ts";
import { readConfig } from "./config.ts";
import { configureLogging } from "./logging.ts";

await runProcess(async () => {
  const config = readConfig(process.env);
  await configureLogging(Writable.toWeb(process.stderr));
  const { fetch, resumed, stop } = await compose(config);
  const { url, close } = await listen({ fetch, host: config.HOST, port: config.PORT });
  process.stdout.write(`orchestrator listening on ${url}\n`);
  if (resumed > 0) getLogger(["orchestrator"]).info("{resumed} unfinished sagas go on", { resumed });
  return {
    stop: async () => {
      const closed = close();
      await stop();
      await closed;
    },
  };
}, [JournalError]);
