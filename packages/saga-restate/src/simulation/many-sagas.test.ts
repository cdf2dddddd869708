import { runManySagas } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { manyOnRestate } from "./many-on-restate.ts";

const SEEDS = 10;

describe("many sagas on Restate that share the gates of a process", () => {
  it("end right, and sick ones hold up no healthy one", async () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const { violations } = await runManySagas(seed, { engine: manyOnRestate() });
      expect(violations, `seed ${seed}`).toEqual([]);
    }
  });
});
