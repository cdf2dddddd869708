import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drawCounterexample, explore, runAtRandom } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { explorations } from "./explorations.ts";
import { manySagasSeeds, manySagasSubjects, runSeeds } from "./many-sagas.ts";

const testingPage = readFileSync(join(import.meta.dirname, "../../../docs/testing.md"), "utf8");

describe.for(explorations.filter(({ isLong }) => isLong !== true))("$name", ({ name, scenario }) => {
  it("ends right in every run with at most two faults, which together take every arrow of its chart and no other", {
    timeout: 600_000,
  }, async () => {
    const { counterexample, arrows, isWhole, runs, states } = await explore(scenario, { faults: 2 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
    // The page shows the output of the command.
    const row = new RegExp(`^${name} +2 +${runs} +${states} `, "m");
    expect(row.test(testingPage), `docs/testing.md: ${name}, ${runs} runs, ${states} states`).toBe(true);
    expect(new Set(arrows)).toEqual(new Set(scenario.definition.chart.arrows.map(({ from, to }) => `${from} -> ${to}`)));
  });

  it("ends right in random runs with many faults", async () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const { counterexample } = await runAtRandom(scenario, seed);
      expect(counterexample && drawCounterexample(counterexample), `seed ${seed}`).toBeUndefined();
    }
  });
});

describe("every exploration", () => {
  it("has its row on the page", () => {
    for (const { name } of explorations) expect(testingPage).toMatch(new RegExp(`^${name} +2 +\\d+ +\\d+ `, "m"));
  });
});

describe.for([...manySagasSubjects])("many sagas at once: $name", (subject) => {
  it("end right, and the page shows the output of the command", async () => {
    const { runs, faults, sagas, sick, wrong } = await runSeeds(subject, manySagasSeeds);
    expect(wrong.map(({ seed, violations }) => `seed ${seed}: ${violations.join(", ")}`)).toEqual([]);
    const row = new RegExp(`^${subject.name} +${faults} +${runs} +${sagas} +${sick} `, "m");
    expect(row.test(testingPage), `docs/testing.md: ${faults} faults, ${runs} runs, ${sagas} sagas, ${sick} of them sick`).toBe(
      true,
    );
  });
});
