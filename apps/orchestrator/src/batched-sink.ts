import type { LogRecord, Sink } from "@logtape/logtape";

/** How many lines wait at most while the reader of the log is behind: further ones are lost, and how many is said. */
const LINES_MAX = 10_000;

/**
 * Writes lines to a stream. While one write is under way, the lines that come wait, and go together in the next one: so a busy process spends
 * little on its log. Disposing of it writes what waits.
 */
export function batchedSink(stream: WritableStream<Uint8Array>, format: (record: LogRecord) => string): Sink & AsyncDisposable {
  const writer = stream.getWriter();
  const encoder = new TextEncoder();
  let lines: string[] = [];
  let lost = 0;
  let writing: Promise<void> | undefined;
  const writeAll = async () => {
    // Lines of the same turn go together.
    await Promise.resolve();
    while (lines.length > 0) {
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
