import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { tryMutant } from "test-kit/mutants";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";

const trial = {
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  module: "src/simulation/try-mutant.ts",
  argument: null,
};

describe("a defect of the engine", () => {
  it.concurrent.for(mutants)("is caught: $name", async (mutant) => {
    expect(await tryMutant(mutant, trial)).toMatchObject({ violation: expect.any(String) });
  });
});

describe("the engine without a defect", () => {
  it("is not caught, so the defects are what the explorer catches", async () => {
    const nothing = { name: "nothing", file: "index.ts", from: "export", to: "export" };
    expect(await tryMutant(nothing, trial)).toEqual({});
  });
});
