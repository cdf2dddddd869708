import process from "node:process";
import { drawCounterexample, explorationPolicy, explore } from "saga-core/testing";
import { scenario } from "./scenario.ts";

// Every run that the saga can have with a few faults: crashes, lost requests and replies, refusals, cancels, at any instant.
const faults = Number(process.argv[2] ?? 2);
// Few attempts with long waits: so a run is short and meets every limit.
const { runs, counterexample } = await explore({ ...scenario, policy: explorationPolicy }, { faults });
if (counterexample) {
  process.stdout.write(`${drawCounterexample(counterexample)}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${runs} runs with at most ${faults} ${faults === 1 ? "fault" : "faults"}: every run ends right.\n`);
}
