import { engineContract } from "saga-core/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { RestateTestbed } from "./restate-testbed.ts";

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterAll(async () => {
  await testbed.stop();
});

describe("the engine on Restate", () => {
  it.for(engineContract.map((each) => [each.name, each] as const))("%s", async ([, { check }]) => {
    await check((scene) => testbed.subject(scene));
  });
});
