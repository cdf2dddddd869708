import { describe, expect, it } from "vitest";
import { fuzz } from "./fuzz-run.ts";

const SEED = 7;
const REQUESTS = 1_000;

describe("the orchestrator, sent valid, near-valid and hostile requests", () => {
  it("answers each as documented, keeps nothing of it, and does nothing for a refused one", async () => {
    const { faults, sent, sagas } = await fuzz({ engine: "embedded", requests: REQUESTS, seed: SEED });
    expect(faults).toEqual([]);
    expect(sent).toBeGreaterThanOrEqual(REQUESTS);
    expect(sagas).toBeGreaterThan(0);
  });
});
