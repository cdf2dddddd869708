import { join } from "node:path";
import { z } from "zod";
import { atRate } from "./at-rate.ts";
import { Child } from "./child.ts";
import { at, median, round, spread, table } from "./numbers.ts";

export interface SignalsOptions {
  readonly directory: string;
  /** How many sagas wait. */
  readonly waiting: number;
  /** How often starts and signals take turns. */
  readonly turns: number;
  readonly onProgress: (text: string) => void;
}

const PER_SECOND = 1_000;
const UNANSWERED_MAX = 2_000;
const CALLERS = 64;
/** The callers of the turns, and which part of the waiting sagas one turn signals. */
const TURNS = [
  { callers: 1, part: 1 / 500 },
  { callers: 16, part: 1 / 100 },
] as const;

/** Measures sagas that wait for a signal: their memory, how fast signals of them are taken, and what a signal costs beside a start. */
export async function measureSignals({ directory, waiting, turns, onProgress }: SignalsOptions): Promise<string> {
  const child = await Child.start("bench/src/tickets-process.ts", {
    DENO_V8_FLAGS: "--expose-gc,--no-memory-reducer",
    JOURNAL_PATH: join(directory, "signals.sqlite"),
  });
  try {
    const tickets = new Tickets(child.url);
    onProgress(`making ${waiting} sagas wait for a signal`);
    await warmUp(tickets, waiting / 10);
    const before = await tickets.memory();
    await tickets.start(waiting, CALLERS);
    const after = await tickets.memory();
    const bytes = (kind: keyof typeof before) => round((after[kind] - before[kind]) / waiting);
    const memory = table(
      ["waiting sagas", "heap, bytes a saga", "process, bytes a saga"],
      [[String(waiting), bytes("heap"), bytes("process")]],
    );
    return [memory, await speeds(tickets, waiting, onProgress), await ratios(tickets, { waiting, turns, onProgress })].join("\n");
  } finally {
    await child.stop();
  }
}

/** Before the memory is measured all code is loaded, and SQLite has its caches. A part of these sagas waits on. */
async function warmUp(tickets: Tickets, sagas: number): Promise<void> {
  await tickets.start(sagas, CALLERS);
  for (const by of Object.values(ways)) await tickets.signal(by, sagas / 4, CALLERS);
}

const ways = { "saga id": "id", correlation: "ticket" } as const;

/** Signals at a fixed rate, and as fast as they are answered. */
async function speeds(tickets: Tickets, waiting: number, onProgress: (text: string) => void): Promise<string> {
  const count = waiting / 8;
  const rows: string[][] = [];
  for (const [way, by] of Object.entries(ways)) {
    for (const [sent, send] of [
      [`${PER_SECOND} a second`, () => tickets.signalAtRate(by, count)],
      [`${CALLERS} callers`, () => tickets.signal(by, count, CALLERS)],
    ] as const) {
      onProgress(`signals by ${way}, ${sent}`);
      const begin = performance.now();
      const { acceptedMs, others } = await send();
      const perSecond = acceptedMs.length / ((performance.now() - begin) / 1_000);
      const share = `${round((acceptedMs.length / (acceptedMs.length + others.length)) * 100, 2)} %`;
      const sorted = acceptedMs.toSorted((one, other) => one - other);
      rows.push([way, sent, share, statusesOf(others), round(perSecond), round(at(sorted, 0.5), 1), round(at(sorted, 0.99), 1)]);
    }
  }
  return table(["signals by", "sent", "202", "other answers", "202 a second", "p50 ms", "p99 ms"], rows);
}

function statusesOf(statuses: readonly number[]): string {
  const counted = [...new Set(statuses)].map((status) => `${statuses.filter((each) => each === status).length} × ${status}`);
  return counted.join(", ") || "none";
}

/** Starts with `respond-async` and signals in turns, one right after the other. */
async function ratios(tickets: Tickets, { waiting, turns, onProgress }: Omit<SignalsOptions, "directory">): Promise<string> {
  const rows: string[][] = [];
  for (const { callers, part } of TURNS) {
    for (const [way, by] of Object.entries(ways)) {
      const count = Math.round(waiting * part);
      const measured: { readonly start: number; readonly signal: number }[] = [];
      // The first turn warms up.
      for (let turn = 0; turn <= turns; turn += 1) {
        onProgress(`starts and signals by ${way}, ${callers} callers, ${turn} of ${turns}`);
        const start = median(await tickets.start(count, callers));
        const { acceptedMs, others } = await tickets.signal(by, count, callers);
        if (others.length > 0) throw new Error(`Not every signal was accepted: ${statusesOf(others)}.`);
        const signal = median(acceptedMs);
        if (turn > 0) measured.push({ start, signal });
      }
      const quotients = measured.map(({ start, signal }) => signal / start);
      const [low, high] = spread(quotients);
      const medianOf = (kind: "start" | "signal") => round(median(measured.map((each) => each[kind])), 2);
      rows.push([
        way,
        String(callers),
        medianOf("start"),
        medianOf("signal"),
        `${round(median(quotients), 2)} (${round(low, 2)} to ${round(high, 2)})`,
      ]);
    }
  }
  return table(["signals by", "callers", "start p50 ms", "signal p50 ms", "signal to start"], rows);
}

interface Ticket {
  readonly id: string;
  readonly ticket: string;
}

interface Answers {
  /** How long each 202 took, in milliseconds. */
  readonly acceptedMs: number[];
  /** The statuses of all other answers. */
  readonly others: number[];
}

const accepted = z.object({ saga_id: z.string() });
const memory = z.object({ process: z.number(), heap: z.number() });

/** The sagas of tickets in a process. */
class Tickets {
  readonly #url: string;
  /** In the order in which they were accepted. */
  readonly #accepted: Ticket[] = [];
  #started = 0;
  #signalled = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** In bytes, without garbage. */
  async memory(): Promise<z.output<typeof memory>> {
    return memory.parse(await (await fetch(`${this.#url}/memory`)).json());
  }

  /** Starts sagas, and tells how long each answer took, in milliseconds. */
  async start(count: number, callers: number): Promise<readonly number[]> {
    const ms: number[] = [];
    await inParallel(count, callers, async () => {
      this.#started += 1;
      const ticket = `T-${this.#started}`;
      const begin = performance.now();
      const response = await post(`${this.#url}/saga/ticket`, { ticket }, { prefer: "respond-async" });
      const { saga_id } = accepted.parse(await response.json());
      ms.push(performance.now() - begin);
      this.#accepted.push({ id: saga_id, ticket });
    });
    return ms;
  }

  /** Signals the sagas that have waited longest: each caller sends one signal after the other. */
  async signal(by: keyof Ticket, count: number, callers: number): Promise<Answers> {
    const answers: Answers = { acceptedMs: [], others: [] };
    await inParallel(count, callers, () => this.#pay(by, answers));
    return answers;
  }

  /** The same at a fixed rate, whether earlier signals are answered or not. */
  async signalAtRate(by: keyof Ticket, count: number): Promise<Answers> {
    const answers: Answers = { acceptedMs: [], others: [] };
    const rate = { ms: (count / PER_SECOND) * 1_000, perSecond: PER_SECOND, unansweredMax: UNANSWERED_MAX };
    await atRate(() => this.#pay(by, answers), rate);
    return answers;
  }

  async #pay(by: keyof Ticket, { acceptedMs, others }: Answers): Promise<void> {
    const { id, ticket } = this.#oldest();
    const path = by === "id" ? `sagas/${id}/signals/wait-for-payment` : `signals/ticket/wait-for-payment/${ticket}`;
    const begin = performance.now();
    const response = await post(`${this.#url}/${path}`, { payment_id: 7 });
    await response.text();
    if (response.status === 202) acceptedMs.push(performance.now() - begin);
    else others.push(response.status);
  }

  #oldest(): Ticket {
    const ticket = this.#accepted[this.#signalled];
    if (!ticket) throw new Error("No saga waits any longer.");
    this.#signalled += 1;
    return ticket;
  }
}

async function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
  return await fetch(url, init);
}

async function inParallel(count: number, callers: number, call: () => Promise<void>): Promise<void> {
  let remaining = count;
  const caller = async () => {
    while (remaining > 0) {
      remaining -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}
