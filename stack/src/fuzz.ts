import process from "node:process";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { runProcess } from "service-kit";
import { type Fuzzed, fuzz } from "./fuzz/fuzz-run.ts";
import type { EngineName } from "./fuzz/target.ts";

const REQUESTS_DEFAULT = 20_000;

const USAGE = `Sends requests to the real services: valid ones, near-valid ones made from the served OpenAPI document, and bytes that are no request.

  pnpm fuzz [--engine embedded|restate] [--requests ${REQUESTS_DEFAULT}] [--seed <number>]

Without --engine, half of the requests go to each engine. The exit code is 1 when a reply is not as it must be, a request hangs, something grows, or a
refused request has had an effect.
`;

await runProcess(async () => {
  const { values } = parseArgs({
    options: { engine: { type: "string" }, requests: { type: "string" }, seed: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return undefined;
  }
  const requests = readNumber("--requests", values.requests ?? String(REQUESTS_DEFAULT));
  const seed = readNumber("--seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)));
  const engines = readEngines(values.engine);
  let isRight = true;
  for (const engine of engines) {
    const share = Math.ceil(requests / engines.length);
    process.stdout.write(`seed ${seed}; again with: pnpm fuzz --engine ${engine} --requests ${share} --seed ${seed}\n\n`);
    const fuzzed = await fuzz({ engine, requests: share, seed, onProgress: (sent) => printProgress(engine, sent, share) });
    clearLine();
    process.stdout.write(`${describe(fuzzed, engine)}\n`);
    isRight &&= fuzzed.faults.length === 0;
  }
  process.stdout.write(isRight ? ansis.green("✓ Every reply is as it must be.\n") : ansis.red("✗ Not all is as it must be.\n"));
  if (!isRight) process.exit(1);
  return undefined;
});

function describe({ sent, sagas, effects, table, grownBytes, faults }: Fuzzed, engine: EngineName): string {
  const names = [...table.keys()].toSorted((one, other) => (one < other ? -1 : 1));
  const width = Math.max(...names.map((name) => name.length));
  const rows = names.map((name) => {
    const row = [...(table.get(name) ?? [])].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return `${name.padEnd(width)}  ${row.map(([status, count]) => `${status} × ${count}`).join(", ")}`;
  });
  const grown = `${grownBytes < 0 ? "-" : ""}${Math.round(Math.abs(grownBytes) / 1_000)} kB`;
  return [
    ...rows,
    "",
    `${engine}: ${sent} sent, ${sagas} sagas, ${effects} effects at the services; the memory in use grew by ${grown}`,
    ...faults.map(({ fault, again }) => ansis.red(`✗ ${fault}${again === undefined ? "" : `\n    ${again}`}`)),
  ].join("\n");
}

const PROGRESS_EVERY = 100;

function printProgress(engine: EngineName, sent: number, requests: number): void {
  if (process.stdout.isTTY && sent % PROGRESS_EVERY === 0)
    process.stdout.write(`\r\u001b[K${engine}: sent ${sent} of ${requests} …`);
}

function clearLine(): void {
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
}

function readNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  process.stderr.write(`${option} must be a whole number, not "${text}". Example: ${option} 1000\n`);
  process.exit(2);
}

function readEngines(text: string | undefined): readonly EngineName[] {
  if (text === undefined) return ["embedded", "restate"];
  if (text === "embedded" || text === "restate") return [text];
  process.stderr.write(`--engine must be "embedded" or "restate", not "${text}". Example: --engine restate\n`);
  process.exit(2);
}
