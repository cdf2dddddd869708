import { describe, expect, it } from "vitest";
import { randomFrom } from "../simulation/random.ts";
import { Chance } from "./chance.ts";
import type { Plan, Sickness } from "./plan.ts";
import { planByChance } from "./plan-by-chance.ts";
import { restsBy } from "./rests-by.ts";
import { type ManySagasRun, runManySagas } from "./run-many-sagas.ts";
import { sharedDefinitions } from "./shared-definitions.ts";

const SEEDS = 20;

async function runsOf(seeds: number): Promise<readonly ManySagasRun[]> {
  const runs: ManySagasRun[] = [];
  for (let seed = 0; seed < seeds; seed += 1) runs.push(await runManySagas(seed));
  return runs;
}

describe("a run of many sagas", () => {
  it("finds no healthy saga that sick ones hold up, no history without a bound, and no saga that ends wrong", async () => {
    const runs = await runsOf(SEEDS);
    for (const { seed, violations } of runs) expect(violations, `seed ${seed}`).toEqual([]);
    expect(Math.max(...runs.map(({ sick }) => sick))).toBeGreaterThan(20);
    expect(Math.max(...runs.map(({ faults }) => faults))).toBeGreaterThan(3);
    const ways = new Set(runs.flatMap((run) => [...run.ways]));
    expect(ways).toEqual(new Set(["busy", "failing", "silent"]));
    const answers = new Set(runs.flatMap((run) => [...run.answers]));
    expect([...answers]).toEqual(
      expect.arrayContaining(["taken", "kept", "asks", "repeated", "another-signal", "turned", "ended"]),
    );
  });

  it("is the same for the same seed, and different for another", async () => {
    const runs = await runsOf(4);
    expect(await runsOf(4)).toEqual(runs);
    expect(new Set(runs.map(({ seed: _seed, ...run }) => JSON.stringify(run))).size).toBe(4);
  });
});

describe("a healthy saga whose call met a silent participant", () => {
  /** No saga comes later whose clear answer could help it. */
  const planOf = (count: number): Plan => {
    const [definition] = sharedDefinitions;
    if (!definition) throw new Error("there is no definition");
    const order = { definition, customer: "customer-0", retriesAt: [] };
    const sickness: Sickness = { step: "tell", action: "run", way: "busy", until: Infinity };
    const sick = Array.from({ length: count }, (_, index) => ({ ...order, id: `saga-${100 + index}`, startAt: 1_000, sickness }));
    const healthy = { ...order, id: "saga-999", startAt: 25_000 };
    const silences = [{ participant: "mail", from: 20_000, until: 32_000 }];
    return { sagas: [...sick, healthy], outages: [], stalls: [], silences };
  };

  it.for([0, 4, 30])("does not wait for its turn among sagas that are answered with failures: %i", async (count) => {
    const { violations } = await runManySagas(1, { plan: planOf(count) });
    expect(violations).toEqual([]);
  });
});

describe("the time within which a healthy saga must be at rest", () => {
  const planWith = (sick: number, way: "busy" | "failing") =>
    planByChance(new Chance(randomFrom(1)), { healthy: 10, sick, way, hasFaults: false });

  it.for(["busy", "failing"] as const)("does not grow with the number of sick sagas that are answered: %s", (way) => {
    const [saga] = planWith(0, way).sagas;
    if (!saga) throw new Error("there is no saga");
    expect(restsBy(planWith(1_000, way), saga, 0)).toBe(restsBy(planWith(0, way), saga, 0));
    expect(restsBy(planWith(0, way), saga, 0)).toBeLessThan(1_500);
  });
});
