import { configure, getJsonLinesFormatter, getStreamSink } from "@logtape/logtape";
import type { Config } from "./config.ts";

/** Logs one JSON object per line to standard error. Standard output has only the line with the URL of the service. */
export async function configureLogging(stderr: WritableStream, lowestLevel: Config["LOG_LEVEL"]): Promise<void> {
  await configure({
    sinks: { stderr: getStreamSink(stderr, { formatter: getJsonLinesFormatter() }) },
    loggers: [
      { category: "orchestrator", lowestLevel, sinks: ["stderr"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}
