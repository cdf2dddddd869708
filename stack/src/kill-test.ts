import process from "node:process";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { runProcess } from "service-kit";
import { playRound, type Round } from "./kill/round.ts";

const KILLS_PER_ROUND = 25;
const KILLS_DEFAULT = 50;

const USAGE = `Kills the orchestrator with SIGKILL at random instants, under load and with faults at its services, and adds everything up.

  pnpm kill-test [--engine embedded|restate] [--kills ${KILLS_DEFAULT}] [--seed <number>]

On Restate, Restate is killed as well.

Rounds of ${KILLS_PER_ROUND} kills take turns with services that keep keys and services that do not. The exit code is 1 when anything
contradicts anything, or when most sagas met no fault.
`;

/** Plays round after round, and says of each what it saw. */
await runProcess(async () => {
  const { values } = parseArgs({
    options: { engine: { type: "string" }, kills: { type: "string" }, seed: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return undefined;
  }
  const kills = readNumber("--kills", values.kills ?? String(KILLS_DEFAULT));
  const seed = readNumber("--seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)));
  const engine = readEngine(values.engine ?? "embedded");
  process.stdout.write(`seed ${seed}; again with: pnpm kill-test --engine ${engine} --kills ${kills} --seed ${seed}\n\n`);
  let isRight = true;
  for (let played = 0, round = 0; played < kills; round += 1) {
    const size = Math.min(KILLS_PER_ROUND, kills - played);
    const keyed = round % 2 === 0;
    const onKill = (killed: number) => say(played + killed, kills);
    const seen = await playRound({ seed: seed + round, kills: size, keyed, engine, onKill });
    played += size;
    clearLine();
    process.stdout.write(`${describeRound(seen, keyed)}\n`);
    isRight &&= isRoundRight(seen);
  }
  process.stdout.write(isRight ? ansis.green("\n✓ Everything adds up.\n") : ansis.red("\n✗ It does not add up.\n"));
  if (!isRight) process.exit(1);
  return undefined;
});

/** Nothing contradicts anything, and it was no walk in the park. */
function isRoundRight({ contradictions, troubled, sagas }: Round): boolean {
  return contradictions.length === 0 && troubled * 2 > sagas;
}

function describeRound(round: Round, keyed: boolean): string {
  const { kills, sagas, troubled, statuses, effects, contradictions } = round;
  const facts = [
    `${keyed ? "keyed  " : "unkeyed"}  ${kills} kills, ${sagas} sagas, of which ${troubled} met a kill or a fault; ${effects} effects`,
    `         ${statuses.completed} completed, ${statuses.cancelled} cancelled, ${statuses.needs_intervention} need a human, ${statuses.running} run`,
  ];
  const quiet = troubled * 2 > sagas ? [] : [ansis.red("         ✗ most sagas met no fault: this says little")];
  return [...facts, ...quiet, ...contradictions.map((each) => ansis.red(`         ✗ ${each}`))].join("\n");
}

function say(killed: number, kills: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[Kkilled ${killed} of ${kills} times …`);
}

function clearLine(): void {
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
}

function readNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  process.stderr.write(`${option} must be a whole number, not "${text}". Example: ${option} 100\n`);
  process.exit(2);
}

function readEngine(text: string): "embedded" | "restate" {
  if (text === "embedded" || text === "restate") return text;
  process.stderr.write(`--engine must be "embedded" or "restate", not "${text}". Example: --engine restate\n`);
  process.exit(2);
}
