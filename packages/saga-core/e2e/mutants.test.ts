import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { tryMutant } from "test-kit/mutants";
import { afterAll, describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../src/json.ts";
import { drawCounterexample } from "../src/simulation/counterexample.ts";
import { explore } from "../src/simulation/explore.ts";
import {
  correlatedDefinitions,
  lyingDefinitions,
  sampleDefinitions,
  waitingDefinitions,
} from "../src/simulation/sample-definitions.ts";
import { mutants } from "./mutants/index.ts";
import type { Mutant } from "./mutants/mutant.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Explores with a copy of the source in which something is wrong. */
async function tryOne({ needs, ...mutant }: Mutant, runsMax?: number): Promise<JsonObject> {
  const argument = { ...(needs && { needs }), ...(runsMax !== undefined && { runsMax }) };
  const result = await tryMutant(mutant, { root, module: "e2e/try-mutant.ts", argument });
  return isJsonObject(result) ? result : {};
}

const table: string[] = [];
/** How many runs it took at most to catch a mutant, by what it needs. */
const runsTaken = new Map<Mutant["needs"], number>();
/** The explorations of what is right go at least this far, beyond the runs that caught what is wrong. */
const RUNS_MIN = 2_000;

afterAll(() => process.stdout.write(`\nWhat the explorer catches\n${table.join("\n")}\n\n`));

function note(name: string, { definition, faults, length, runs, violation }: Readonly<Record<string, unknown>>): void {
  const columns = [name.padEnd(58), `${faults} faults`, `${length} steps`.padStart(9), `${runs} runs`.padStart(10)];
  table.push(`  ${columns.join("  ")}  ${violation} (${definition})`);
}

describe("an engine, a transition or a journal in which", () => {
  it.concurrent.for(mutants)("$name is caught", { timeout: 300_000 }, async (mutant) => {
    const result = await tryOne(mutant);
    note(mutant.name, result);
    runsTaken.set(mutant.needs, Math.max(Number(result["runs"]), runsTaken.get(mutant.needs) ?? 0));
    expect(result["violation"]).toEqual(expect.any(String));
  });
});

describe("an engine in which nothing is wrong", () => {
  const needs = new Set([undefined, ...mutants.flatMap((mutant) => (mutant.needs ? [mutant.needs] : []))]);

  it.concurrent.for([...needs])(
    "is not caught, so that what catches the others is what is wrong with them: %o",
    { timeout: 1_800_000 },
    async (need) => {
      const nothing = { name: "nothing", file: "index.ts", from: "export", to: "export" };
      const runsMax = Math.max(RUNS_MIN, runsTaken.get(need) ?? 0);
      expect(await tryOne({ ...nothing, ...(need && { needs: need }) }, runsMax)).toEqual({ runs: expect.any(Number) });
    },
  );
});

describe("a definition that is wrong because", () => {
  it.for([...lyingDefinitions])("%s is caught", async ([name, scenario]) => {
    const { counterexample, runs } = await explore(scenario, { faults: 2 });
    note(name, { ...counterexample, definition: "lying", length: counterexample?.history.length, runs });
    expect(counterexample?.violation).toEqual(expect.any(String));
  });
});

describe("the sample definitions", () => {
  it.for([...sampleDefinitions, ...waitingDefinitions, ...correlatedDefinitions])(
    "%s: every run with one fault ends right",
    async ([, scenario]) => {
      const { counterexample, isWhole } = await explore(scenario, { faults: 1 });
      expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
      expect(isWhole).toBe(true);
    },
  );
});
