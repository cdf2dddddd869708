import { configure, getJsonLinesFormatter, getStreamSink } from "@logtape/logtape";

/** Logs one JSON object a line to standard error; standard output is for the line that says where the service listens. */
export async function configureLogging(stderr: WritableStream): Promise<void> {
  await configure({
    sinks: { stderr: getStreamSink(stderr, { formatter: getJsonLinesFormatter() }) },
    loggers: [
      { category: "orchestrator", lowestLevel: "info", sinks: ["stderr"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"] },
    ],
  });
}
