import process from "node:process";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { runProcess } from "service-kit";
import { playRound, type Round } from "./kill/round.ts";

const KILLS_PER_ROUND = 25;
const KILLS_DEFAULT = 50;

const USAGE = `Kills the orchestrator with SIGKILL at random instants, under load and with faults at its services, and adds up the ledgers.

  pnpm kill-test [--engine embedded|restate] [--kills ${KILLS_DEFAULT}] [--seed <number>]

With --engine restate, Restate is killed as well.

Rounds of ${KILLS_PER_ROUND} kills alternate between keyed and unkeyed services. The exit code is 1 when there is a contradiction, or when most
sagas met no fault.
`;

/** Plays one round after the other, and prints the result of each. */
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
    const onKill = (killed: number) => printProgress(played + killed, kills);
    const result = await playRound({ seed: seed + round, kills: size, keyed, engine, onKill });
    played += size;
    clearLine();
    process.stdout.write(`${describeRound(result, keyed)}\n`);
    isRight &&= isRoundRight(result);
  }
  process.stdout.write(isRight ? ansis.green("\n✓ Everything adds up.\n") : ansis.red("\n✗ It does not add up.\n"));
  if (!isRight) process.exit(1);
  return undefined;
});

/** There is no contradiction, and most sagas met a kill or a fault. */
function isRoundRight({ contradictions, troubled, sagas }: Round): boolean {
  return contradictions.length === 0 && troubled * 2 > sagas;
}

function describeRound(round: Round, keyed: boolean): string {
  const { kills, sagas, troubled, statuses, effects, contradictions } = round;
  const facts = [
    `${keyed ? "keyed  " : "unkeyed"}  ${kills} kills, ${sagas} sagas, of which ${troubled} met a kill or a fault; ${effects} effects`,
    `         ${statuses.completed} completed, ${statuses.cancelled} cancelled, ${statuses.needs_intervention} need a human, ${statuses.running} run`,
  ];
  const tooQuiet = troubled * 2 > sagas ? [] : [ansis.red("         ✗ most sagas met no fault: this says little")];
  return [...facts, ...tooQuiet, ...contradictions.map((each) => ansis.red(`         ✗ ${each}`))].join("\n");
}

function printProgress(killed: number, kills: number): void {
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
