import { configure, getJsonLinesFormatter, getStreamSink } from "@logtape/logtape";
import type { Config } from "./config.ts";

/** Logs one JSON object a line to standard error; standard output is for the line that says where the service listens. */
export async function configureLogging(stderr: WritableStream, lowestLevel: Config["LOG_LEVEL"]): Promise<void> {
  await configure({
    sinks: { stderr: getStreamSink(stderr, { formatter: getJsonLinesFormatter() }) },
    loggers: [
      { category: "orchestrator", lowestLevel, sinks: ["stderr"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}
