import { configure, getAnsiColorFormatter, getJsonLinesFormatter, getTextFormatter, type LogRecord } from "@logtape/logtape";
import { batchedSink } from "./batched-sink.ts";
import type { Config } from "./config.ts";
import { lastLineCategory } from "./last-line.ts";

/** What the configuration says about the log, and whether it goes to a terminal. */
export interface LogOptions extends Pick<Config, "LOG_LEVEL"> {
  readonly LOG_LEVELS?: Config["LOG_LEVELS"];
  readonly LOG_FORMAT?: Config["LOG_FORMAT"];
  readonly NO_COLOR?: Config["NO_COLOR"];
  /** Default: false. */
  readonly isTerminal?: boolean;
}

/** Logs to standard error, one line each: JSON, or text to be read. Standard output has only the lines with the URLs of the service. */
export async function configureLogging(stderr: WritableStream<Uint8Array>, options: LogOptions): Promise<void> {
  const { LOG_LEVEL: lowestLevel, LOG_LEVELS: levels = new Map() } = options;
  let isOver = false;
  const filters = {
    // Connections that the end cuts are logged while the last line is written.
    beforeTheEnd: () => !isOver,
    end: () => {
      isOver = true;
      return true;
    },
  };
  const format = formatterOf(options);
  const ofCategories = [...levels].map(([category, level]) => ({
    category: ["orchestrator", category],
    lowestLevel: level,
    sinks: ["stderr"],
    parentSinks: "override" as const,
    filters: ["beforeTheEnd" as const],
  }));
  await configure({
    filters,
    sinks: { stderr: batchedSink(stderr, (record) => format(withErrorTexts(record))) },
    loggers: [
      { category: "orchestrator", lowestLevel, sinks: ["stderr"], filters: ["beforeTheEnd"] },
      ...ofCategories,
      { category: [...lastLineCategory], lowestLevel: "info", sinks: ["stderr"], parentSinks: "override", filters: ["end"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stderr"], filters: ["beforeTheEnd"] },
    ],
  });
}

function formatterOf({ LOG_FORMAT = "auto", NO_COLOR = "", isTerminal = false }: LogOptions): (record: LogRecord) => string {
  if (LOG_FORMAT === "json" || (LOG_FORMAT === "auto" && !isTerminal)) return getJsonLinesFormatter();
  return isTerminal && NO_COLOR === ""
    ? getAnsiColorFormatter({ timestamp: "time" })
    : getTextFormatter({ timestamp: "rfc3339" });
}

/** An error in a message becomes its text; as JSON it would be `{}`. The properties of the line have all of it. */
function withErrorTexts(record: LogRecord): LogRecord {
  return { ...record, message: record.message.map((part) => (part instanceof Error ? textOf(part) : part)) };
}

function textOf({ name, message, cause }: Error): string {
  const text = message === "" ? name : `${name}: ${message}`;
  return cause instanceof Error ? `${text} (${textOf(cause)})` : text;
}
