import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../src/json.ts";
import { drawCounterexample } from "../src/simulation/counterexample.ts";
import { explore } from "../src/simulation/explore.ts";
import { lyingDefinitions, sampleDefinitions } from "../src/simulation/sample-definitions.ts";
import { type Mutant, mutants } from "./mutants.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Explores with a copy of the source in which something is wrong. */
async function tryMutant({ file, from, to, needs }: Mutant): Promise<JsonObject> {
  const copy = mkdtempSync(join(tmpdir(), "mutant-"));
  try {
    for (const folder of ["src", "e2e"]) {
      cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
    }
    const mutated = join(copy, "src", file);
    const text = readFileSync(mutated, "utf8");
    expect(text, `${file} has no: ${from}`).toContain(from);
    writeFileSync(
      mutated,
      text.replace(from, () => to),
    );
    const program = join(copy, "try.ts");
    const module = JSON.stringify(join(copy, "e2e/try-mutant.ts"));
    writeFileSync(
      program,
      `import { tryMutant } from ${module};\nconsole.log(JSON.stringify(await tryMutant(${JSON.stringify(needs ?? null)})));\n`,
    );
    const said = await run(["run", "-A", "--no-prompt", program]);
    const result: unknown = JSON.parse(said);
    return isJsonObject(result) ? result : {};
  } finally {
    rmSync(copy, { recursive: true });
  }
}

async function run(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += String(chunk);
  });
  const ended = Promise.withResolvers<void>();
  child.on("error", ended.reject);
  child.on("close", () => ended.resolve());
  await ended.promise;
  return said;
}

const table: string[] = [];

afterAll(() => process.stdout.write(`\nWhat the explorer catches\n${table.join("\n")}\n\n`));

function note(name: string, { definition, faults, length, runs, violation }: Readonly<Record<string, unknown>>): void {
  const columns = [name.padEnd(58), `${faults} faults`, `${length} steps`.padStart(9), `${runs} runs`.padStart(10)];
  table.push(`  ${columns.join("  ")}  ${violation} (${definition})`);
}

describe("an engine, a transition or a journal in which", () => {
  it.concurrent.for(mutants)("$name is caught", { timeout: 300_000 }, async (mutant) => {
    const result = await tryMutant(mutant);
    note(mutant.name, result);
    expect(result["violation"]).toEqual(expect.any(String));
  });
});

describe("an engine in which nothing is wrong", () => {
  const needs = [undefined, ...mutants.flatMap((mutant) => (mutant.needs ? [mutant.needs] : []))];

  it.concurrent.for(needs)(
    "is not caught, so that what catches the others is what is wrong with them: %o",
    { timeout: 300_000 },
    async (need) => {
      const nothing = { name: "nothing", file: "index.ts", from: "export", to: "export" };
      expect(await tryMutant({ ...nothing, ...(need && { needs: need }) })).toEqual({ runs: expect.any(Number) });
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
  it.for([...sampleDefinitions])("%s: every run with one fault ends right", async ([, scenario]) => {
    const { counterexample, isWhole } = await explore(scenario, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });
});
