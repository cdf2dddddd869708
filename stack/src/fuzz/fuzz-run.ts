import fc from "fast-check";
import { readApi } from "./api-routes.ts";
import { audit, settle } from "./audit.ts";
import { Judge } from "./judge.ts";
import { type Attempt, type Played, Player } from "./player.ts";
import { rawTalks } from "./raw-talk.ts";
import { requestsOf } from "./requests.ts";
import { type EngineName, Target } from "./target.ts";

export interface FuzzOptions {
  readonly engine: EngineName;
  readonly requests: number;
  readonly seed: number;
  /** Called with how many were sent. */
  readonly onProgress?: (sent: number) => void;
}

/** Something that must not be, and the request that shows it, as small as it could be made. */
export interface FuzzFault {
  readonly fault: string;
  /** Absent: no single request shows it. */
  readonly again?: string;
}

export interface Fuzzed {
  readonly sent: number;
  readonly sagas: number;
  readonly effects: number;
  /** How often each route, or raw talk, was answered with each status. */
  readonly table: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What the memory in use grew by after the first part of the requests, in bytes. */
  readonly grownBytes: number;
  readonly faults: readonly FuzzFault[];
}

const LANES = 8;
/** The part of the requests after which the orchestrator has all that it keeps for good: compiled code, connections, full caches. */
const WARM_PART = 0.4;
/** What may be kept of it: caches of a fixed size that fill up. A request that leaves 1 kB behind is found after some ten thousand. */
const GROWN_BYTES_MAX = 12_000_000;
const FAULTS_MAX = 20;

/** Sends requests to the real processes, and says what must not be. The same seed sends the same requests, but for the ids of sagas. */
export async function fuzz({ engine, requests, seed, onProgress = () => undefined }: FuzzOptions): Promise<Fuzzed> {
  const target = await Target.start(engine);
  try {
    const documents = { callers: await documentOf(target, "callers"), operators: await documentOf(target, "operators") };
    const api = readApi([documents.callers, documents.operators]);
    const player = new Player(target, new Judge({ api, documents, problemTypes: await problemTypesOf(target) }));
    const attempts = fc.oneof(
      { weight: 8, arbitrary: requestsOf(api).map((request): Attempt => ({ kind: "request", request })) },
      { weight: 1, arbitrary: rawTalks.map((talk): Attempt => ({ kind: "talk", talk })) },
    );
    const run = new Run(player, attempts, onProgress);
    const warm = Math.ceil(requests * WARM_PART);
    const first = await Promise.race([run.play(warm, seed), endOf(target)]);
    const settled = await settle(target);
    const before = await target.heapUsed();
    const second = await Promise.race([run.play(requests - warm, seed + LANES), endOf(target)]);
    player.close();
    const settledAgain = await settle(target);
    const grownBytes = (await target.heapUsed()) - before;
    const { sagas, effects, faults } = await audit(target, player.books);
    const log = target.log;
    const ofAll = [
      ...settled,
      ...settledAgain,
      ...faults.slice(0, FAULTS_MAX),
      ...(await connectionFaults(target)),
      ...(grownBytes > GROWN_BYTES_MAX ? [`the memory in use grew by ${grownBytes} bytes`] : []),
      ...(log === "" ? [] : [`the orchestrator logged: ${log.slice(0, 2_000)}`]),
    ];
    return {
      sent: run.sent,
      sagas,
      effects,
      table: run.table,
      grownBytes,
      faults: [...first, ...second, ...ofAll.map((fault) => ({ fault }))],
    };
  } finally {
    await target.stop();
  }
}

/** Rejects when the orchestrator ends. */
async function endOf(target: Target): Promise<never> {
  const end = await target.ended;
  throw new Error(`The orchestrator ended (${JSON.stringify(end)}): ${target.log}`);
}

const CONNECTION_POLLS = 100;

/** Every connection was cut, so the orchestrator must hold none. */
async function connectionFaults(target: Target): Promise<readonly string[]> {
  // Those of `ask` are this process's own, and are kept.
  for (let poll = 0; poll < CONNECTION_POLLS; poll += 1) {
    const held = target.connections() ?? 0;
    if (held <= OWN_CONNECTIONS_MAX) return [];
    await target.ask("/definitions");
  }
  return [`the orchestrator holds ${target.connections()} connections of clients that have gone`];
}

/** What this process's own fetch may keep open. */
const OWN_CONNECTIONS_MAX = 16;

async function documentOf(target: Target, surface: "callers" | "operators"): Promise<unknown> {
  return await (await fetch(`http://127.0.0.1:${target.portOf(surface)}/openapi.json`)).json();
}

async function problemTypesOf(target: Target): Promise<ReadonlySet<string>> {
  const page = await (await fetch(`http://127.0.0.1:${target.portOf("callers")}/problems`)).text();
  return new Set([...page.matchAll(/href="problems\/([\w-]+)"/g)].map(([, type = ""]) => type));
}

/** Sends attempts over several lanes at once, and makes what shows a new fault small. */
class Run {
  readonly table = new Map<string, Map<string, number>>();
  sent = 0;
  readonly #player: Player;
  readonly #attempts: fc.Arbitrary<Attempt>;
  readonly #onProgress: (sent: number) => void;
  readonly #found = new Set<string>();

  constructor(player: Player, attempts: fc.Arbitrary<Attempt>, onProgress: (sent: number) => void) {
    this.#player = player;
    this.#attempts = attempts;
    this.#onProgress = onProgress;
  }

  async play(count: number, seed: number): Promise<readonly FuzzFault[]> {
    const lanes = Array.from({ length: LANES }, (_, lane) => this.#playLane(Math.ceil(count / LANES), seed + lane, lane));
    return (await Promise.all(lanes)).flat();
  }

  async #playLane(count: number, seed: number, lane: number): Promise<readonly FuzzFault[]> {
    const faults: FuzzFault[] = [];
    for (let left = count, next = seed; left > 0 && faults.length < FAULTS_MAX; next += 1_000) {
      let last: { readonly key: string; readonly played: Played } | undefined;
      const property = fc.asyncProperty(this.#attempts, async (attempt) => {
        const played = await this.#player.play(attempt, lane);
        this.#count(played);
        const key = played.faults.map((fault) => `${played.name}: ${fault}`).find((each) => !this.#found.has(each));
        // While it is made small, another fault is of no interest.
        if (key === undefined || (last && last.key !== key)) return true;
        last = { key, played };
        return false;
      });
      const { failed, numRuns } = await fc.check(property, { numRuns: left, seed: next });
      if (!failed) break;
      left -= numRuns;
      if (last && !this.#found.has(last.key)) faults.push({ fault: last.key, again: last.played.again });
      if (last) this.#found.add(last.key);
    }
    return faults;
  }

  #count({ name, results }: Played): void {
    const row = this.table.get(name) ?? new Map<string, number>();
    this.table.set(name, row);
    for (const result of results.length === 0 ? ["none"] : results.map(String)) row.set(result, (row.get(result) ?? 0) + 1);
    this.sent += 1;
    this.#onProgress(this.sent);
  }
}
