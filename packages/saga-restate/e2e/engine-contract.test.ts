import { engineContract } from "saga-core/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { RestateBench } from "./restate-subject.ts";

let bench: RestateBench;
beforeAll(async () => {
  bench = await RestateBench.start();
});
afterAll(async () => {
  await bench.stop();
});

describe("the engine on Restate", () => {
  it.for(engineContract.map((each) => [each.name, each] as const))("%s", async ([, { check }]) => {
    await check((scene) => bench.subject(scene));
  });
});
