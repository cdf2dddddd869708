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

describe("a driver in which", () => {
  it.concurrent.for(mutants)("$name is caught", async (mutant) => {
    expect(await tryMutant(mutant, trial)).toMatchObject({ violation: expect.any(String) });
  });
});

describe("a driver in which nothing is wrong", () => {
  it("is not caught, so that what catches the others is what is wrong with them", async () => {
    const nothing = { name: "nothing", file: "index.ts", from: "export", to: "export" };
    expect(await tryMutant(nothing, trial)).toEqual({});
  });
});
