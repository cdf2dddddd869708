import process from "node:process";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { type Counterexample, drawCounterexample, explore, runAtRandom, type Scenario, writeTest } from "saga-core/testing";
import { messageOf } from "../src/message-of.ts";
import { type ExploredDefinition, explorations } from "./explorations.ts";
import { type ManySagasSubject, manySagasSeeds, manySagasSubjects, runSeeds } from "./many-sagas.ts";
import { Progress } from "./progress.ts";

const usage = `Explores the runs of every definition of this app and of the examples, and looks for one that ends wrong.

  pnpm explore                 every run with at most two faults
  pnpm explore --faults 3      every run with at most three faults
  pnpm explore --for 10m       then random runs with any number of faults, for ten minutes (s, m, h)
  pnpm explore --seed 42       only the random run with that seed, and its history
  pnpm explore --many 42       only the run of many sagas with that seed

A fault is a crash, a lost or late request, a lost reply, a refusal, an unavailable participant, a slow disk, a jump of the clock, a
cancel, a retry or a stop, at any instant. After the definitions come runs of many sagas at once, some of them sick. The exit code is 1 if a
run ends wrong.
`;

/** The command line is wrong; the message says how to correct it. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Request {
  readonly faults: number;
  readonly randomMs: number;
  readonly seed: number | undefined;
  readonly manySeed: number | undefined;
}

const print = (text: string) => process.stdout.write(`${text}\n`);
const printed = new Set<string>();

try {
  const request = readRequest();
  process.exit(request && !(await run(request)) ? 1 : 0);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

async function run({ faults, randomMs, seed, manySeed }: Request): Promise<boolean> {
  if (seed !== undefined) return await repeatSeed(seed);
  if (manySeed !== undefined) return await runTogether([manySeed]);
  print(ansis.bold(row(["definition", "faults", "runs", "states", "transitions", "time", "verdict"])));
  let isRight = true;
  for (const exploration of explorations) isRight = (await exploreWhole(exploration, faults)) && isRight;
  isRight = (await runTogether(manySagasSeeds)) && isRight;
  if (!isRight || randomMs === 0) return isRight;
  return await exploreAtRandom(randomMs);
}

async function exploreWhole({ name, scenario }: ExploredDefinition, faults: number): Promise<boolean> {
  const start = performance.now();
  const progress = new Progress(name);
  const found = await explore(scenario, {
    faults,
    onProgress: ({ runs, states }) => progress.say(`${runs} runs, ${states} states`),
  });
  progress.end();
  const { taken, all, missing } = transitions(scenario, found.arrows);
  const time = `${((performance.now() - start) / 1_000).toFixed(1)} s`;
  const verdict = found.counterexample ? ansis.red("✗ it can end wrong") : ansis.green("✓ every run ends right");
  print(row([name, String(faults), String(found.runs), String(found.states), `${taken} of ${all}`, time, verdict]));
  printOnce(`   with ${found.scaled.join("; ")}`);
  if (missing.length > 0) print(ansis.yellow(`   not taken: ${missing.join(", ")}`));
  if (found.counterexample) printCounterexample(found.counterexample);
  return !found.counterexample;
}

/** Definitions that are explored alike say it once. */
function printOnce(text: string): void {
  if (!printed.has(text)) print(text);
  printed.add(text);
}

/** Runs many sagas at once, some of them sick: once for each seed, on each engine. */
async function runTogether(seeds: readonly number[]): Promise<boolean> {
  print(ansis.bold(`\n${row(["many sagas at once", "faults", "runs", "sagas", "sick", "time", "verdict"])}`));
  let isRight = true;
  for (const subject of manySagasSubjects) isRight = (await runSubject(subject, seeds)) && isRight;
  return isRight;
}

async function runSubject(subject: ManySagasSubject, seeds: readonly number[]): Promise<boolean> {
  const start = performance.now();
  const progress = new Progress(subject.name);
  const { runs, wrong, ...found } = await runSeeds(subject, seeds, (count) => progress.say(`${count} runs`));
  progress.end();
  const time = `${((performance.now() - start) / 1_000).toFixed(1)} s`;
  const verdict = wrong.length > 0 ? ansis.red("✗ it can end wrong") : ansis.green("✓ every run ends right");
  print(row([subject.name, String(found.faults), String(runs), String(found.sagas), String(found.sick), time, verdict]));
  for (const { seed, violations } of wrong) print(ansis.red(`✗ pnpm explore --many ${seed}\n   ${violations.join("\n   ")}`));
  return wrong.length === 0;
}

/** Runs the definitions in turn, with any number of faults, until the time is up. */
async function exploreAtRandom(ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  const first = Math.floor(Math.random() * 1_000_000_000);
  const progress = new Progress("random runs");
  let runs = 0;
  let faults = 0;
  for (let seed = first; performance.now() < end; seed += 1) {
    const result = await runAtRandom(explorationOf(seed).scenario, seed);
    runs += 1;
    faults += result.faults;
    progress.say(`${runs} runs, ${faults} faults`);
    if (result.counterexample) {
      progress.end();
      print(ansis.red(`✗ ${explorationOf(seed).name} can end wrong: pnpm explore --seed ${seed}`));
      printCounterexample(result.counterexample);
      return false;
    }
  }
  progress.end();
  print(ansis.green(`✓ ${runs} random runs with ${faults} faults ended right (seeds ${first} to ${first + runs - 1})`));
  return true;
}

async function repeatSeed(seed: number): Promise<boolean> {
  const { name, scenario } = explorationOf(seed);
  const { counterexample, faults, history } = await runAtRandom(scenario, seed);
  const verdict = counterexample ? ansis.red(`✗ ${counterexample.violation}`) : ansis.green("✓ it ends right");
  const shown = counterexample ?? { violation: `${name}, seed ${seed}`, scaled: [], faults, history, choices: [] };
  print(`${drawCounterexample(shown)}${verdict}`);
  return !counterexample;
}

/** The definition that runs with a seed. */
function explorationOf(seed: number): ExploredDefinition {
  const exploration = explorations[seed % explorations.length];
  if (!exploration) throw new UsageError("There is no definition to explore.");
  return exploration;
}

function transitions({ definition }: Scenario, taken: ReadonlySet<string>) {
  const all = [...new Set(definition.chart.arrows.map(({ from, to }) => `${from} -> ${to}`))];
  const missing = all.filter((arrow) => !taken.has(arrow));
  return { all: all.length, taken: all.length - missing.length, missing };
}

function printCounterexample(counterexample: Counterexample): void {
  print(`\n${drawCounterexample(counterexample)}\nAs a test:\n\n${writeTest(counterexample, "scenario")}`);
}

function row(columns: readonly string[]): string {
  const widths = [26, 8, 9, 9, 13, 9, 0];
  return columns.map((text, index) => text.padEnd(widths[index] ?? 0)).join("");
}

function readRequest(): Request | undefined {
  const { help, faults = "2", for: duration, seed, many } = readArguments();
  if (help) {
    print(usage);
    return undefined;
  }
  if (!/^\d$/.test(faults)) throw new UsageError(`--faults must be a number from 0 to 9, not "${faults}".`);
  const randomMs = readDuration(duration);
  return { faults: Number(faults), randomMs, seed: readSeed("--seed", seed), manySeed: readSeed("--many", many) };
}

function readSeed(option: string, seed: string | undefined): number | undefined {
  if (seed !== undefined && !/^\d{1,12}$/.test(seed)) throw new UsageError(`${option} must be a number, not "${seed}".`);
  return seed === undefined ? undefined : Number(seed);
}

function readDuration(duration: string | undefined): number {
  if (duration === undefined) return 0;
  const [, count, unit = ""] = /^(\d{1,4})([smh])$/.exec(duration) ?? [];
  const ms = { s: 1_000, m: 60_000, h: 3_600_000 }[unit];
  if (ms === undefined) throw new UsageError(`--for must be a time like 30s, 10m or 1h, not "${duration}".`);
  return Number(count) * ms;
}

function readArguments() {
  const text = { type: "string" } as const;
  try {
    return parseArgs({ options: { faults: text, for: text, seed: text, many: text, help: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${usage}`, { cause: error });
  }
}
