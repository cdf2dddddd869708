import { describe, expect, it } from "vitest";
import { driveToRest } from "../testing/drive.ts";
import { runToRest, setUp } from "../testing/engine-set-up.ts";

// What every engine must do is in testing/engine-contract.ts.
describe("the embedded engine", () => {
  it("has every event of a saga that has ended in its journal, durably", async () => {
    const { saga, journal } = await runToRest({
      faults: { "order/run": ["reply-lost"], "pay/run": ["unavailable", "rejected"], "stock/rollback": ["thrown"] },
    });
    expect(journal.durableRecords).toHaveLength(saga.seq);
  });
});

describe("a listener", () => {
  it("is reported as a defect if it throws, and the saga goes on", async () => {
    const defects: unknown[] = [];
    const { engine, clock } = setUp({ options: { onDefect: (error) => defects.push(error) } });
    engine.subscribe(() => {
      throw new Error("not my problem");
    });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(defects.length).toBeGreaterThan(0);
  });
});
