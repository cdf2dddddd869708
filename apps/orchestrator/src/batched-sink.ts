import { setTimeout } from "node:timers/promises";
import type { LogRecord, Sink } from "@logtape/logtape";

/** How many lines wait at most while the reader of the log is behind: further ones are lost, and how many is said. */
const LINES_MAX = 10_000;
/** How long a line waits for others, in milliseconds: a write costs about three times as much as the line in it. */
const GATHER_MS = 10;

/**
 * Writes lines to a stream. Those that come within some milliseconds, or while one write is under way, go together in the next one: so a busy
 * process spends little on its log. Disposing of it writes what waits.
 */
export function batchedSink(stream: WritableStream<Uint8Array>, format: (record: LogRecord) => string): Sink & AsyncDisposable {
  const writer = stream.getWriter();
  const encoder = new TextEncoder();
  let lines: string[] = [];
  let lost = 0;
  let writing: Promise<void> | undefined;
  const writeAll = async () => {
    while (lines.length > 0) {
      await setTimeout(GATHER_MS);
      const text = lines.join("");
      lines = lost === 0 ? [] : [`{"level":"WARNING","message":"${lost} lines of the log were lost"}\n`];
      lost = 0;
      await writer.write(encoder.encode(text)).catch(() => undefined);
    }
    writing = undefined;
  };
  const sink = (record: LogRecord) => {
    if (lines.length >= LINES_MAX) lost += 1;
    else lines.push(format(record));
    writing ??= writeAll();
  };
  const dispose = async () => {
    await writing;
    await writer.close().catch(() => undefined);
  };
  return Object.assign(sink, { [Symbol.asyncDispose]: dispose });
}
