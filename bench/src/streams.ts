import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { Child } from "./child.ts";
import { load } from "./load.ts";
import { median, round, table } from "./numbers.ts";
import { orders, type Participants } from "./participants.ts";

export interface StreamsOptions {
  readonly participants: Participants;
  readonly directory: string;
  readonly repeats: number;
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

const CALLERS = 16;
const WARM_UP_MS = 6_000;

/** Readers of a stream, which read what they get or read nothing. */
interface Readers {
  readonly name: string;
  readonly count: number;
  readonly path: string;
  readonly doRead: boolean;
}

/** As many streams as may be open. */
const STREAMS_MAX = 1_000;

const readers: readonly Readers[] = [
  { name: "that read nothing", count: STREAMS_MAX, path: "/sagas", doRead: false },
  { name: "of a filter that fits nothing", count: STREAMS_MAX, path: "/sagas?text=nowhere", doRead: false },
  { name: "that read", count: 50, path: "/sagas", doRead: true },
];

/** Compares the orders placed beside many readers of streams with those placed beside none, one right after the other. */
export async function measureStreams({ participants, directory, repeats, ms, onProgress }: StreamsOptions): Promise<string> {
  const orchestrator = await Child.orchestrator({
    LOG_LEVEL: "error",
    DENO_V8_FLAGS: "--no-memory-reducer",
    STREAMS_PER_ADDRESS_MAX: "0",
    JOURNAL_PATH: join(directory, "streams.sqlite"),
    ...participants.variables,
  });
  const place = async (duration: number) => {
    await participants.reset();
    const { sagas, seconds } = await load(orchestrator.url, { callers: CALLERS, ms: duration, ...orders.succeeding });
    return sagas / seconds;
  };
  await place(WARM_UP_MS);
  const rows: string[][] = [];
  for (const each of readers) {
    const measured: { readonly alone: number; readonly beside: number }[] = [];
    let memoryMb = 0;
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      onProgress(`${each.count} readers ${each.name}, ${repeat} of ${repeats}`);
      const alone = await place(ms);
      const sockets = await openStreams(orchestrator.url, each);
      const beside = await place(ms);
      memoryMb = Math.max(memoryMb, orchestrator.usage.memoryMb);
      for (const socket of sockets) socket.destroy();
      measured.push({ alone, beside });
    }
    const figures = (of: (figure: (typeof measured)[number]) => number) => median(measured.map(of));
    rows.push([
      `${each.count} ${each.name}`,
      round(figures(({ beside }) => beside)),
      round(figures(({ alone }) => alone)),
      round(
        figures(({ beside, alone }) => beside / alone),
        2,
      ),
      round(memoryMb),
    ]);
  }
  await orchestrator.stop();
  return table(["readers", "sagas/s", "without", "ratio", "MB"], rows);
}

/** Resolves when each has got the beginning of its stream. */
async function openStreams(url: string, { count, path, doRead }: Readers): Promise<readonly Socket[]> {
  return await Promise.all(Array.from({ length: count }, () => openStream(url, path, doRead)));
}

async function openStream(url: string, path: string, doRead: boolean): Promise<Socket> {
  const { hostname, port, host } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname);
  // The orchestrator disconnects a reader that reads nothing.
  socket.on("error", () => undefined);
  socket.once("data", resolve);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
  await promise;
  if (doRead) socket.resume();
  else socket.pause();
  return socket;
}
