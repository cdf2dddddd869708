import { describe, it } from "vitest";
import { embeddedSubject } from "../testing/embedded-subject.ts";
import { engineContract } from "../testing/engine-contract.ts";

describe("the embedded engine", () => {
  it.for(engineContract.map((each) => [each.name, each] as const))("%s", async ([, { check }]) => {
    await check(embeddedSubject);
  });
});
