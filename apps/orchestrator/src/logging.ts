import { configure, getJsonLinesFormatter, getStreamSink, type LogRecord } from "@logtape/logtape";
import type { Config } from "./config.ts";
import { lastLineCategory } from "./last-line.ts";

/** Logs one JSON object per line to standard error. Standard output has only the line with the URL of the service. */
export async function configureLogging(stderr: WritableStream, lowestLevel: Config["LOG_LEVEL"]): Promise<void> {
  let isOver = false;
  const filters = {
    // Connections that the end cuts are logged while the last line is written.
    beforeTheEnd: () => !isOver,
    end: () => {
      isOver = true;
      return true;
    },
  };
  await configure({
    filters,
    sinks: { stderr: getStreamSink(stderr, { formatter: (record) => formatLine(withErrorTexts(record)) }) },
    loggers: [
      { category: "orchestrator", lowestLevel, sinks: ["stderr"], filters: ["beforeTheEnd"] },
      { category: [...lastLineCategory], lowestLevel: "info", sinks: ["stderr"], parentSinks: "override", filters: ["end"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"], filters: ["beforeTheEnd"] },
    ],
  });
}

const formatLine = getJsonLinesFormatter();

/** An error in a message becomes its text; as JSON it would be `{}`. The properties of the line have all of it. */
function withErrorTexts(record: LogRecord): LogRecord {
  return { ...record, message: record.message.map((part) => (part instanceof Error ? textOf(part) : part)) };
}

function textOf({ name, message, cause }: Error): string {
  const text = message === "" ? name : `${name}: ${message}`;
  return cause instanceof Error ? `${text} (${textOf(cause)})` : text;
}
