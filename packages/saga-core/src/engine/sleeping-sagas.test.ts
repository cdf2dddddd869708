import { describe, expect, it } from "vitest";
import type { IndexedSaga } from "../ports/journal.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";

class WatchedJournal extends MemoryJournal {
  readonly indexed: string[] = [];

  indexAgain({ saga, state, step }: IndexedSaga): void {
    this.indexed.push(`${saga.id} ${state} ${step}`);
  }
}

const steps: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "paid", kind: "pivot", wait: { waitMs: 1_000, onTimeout: "turn-back" } },
];

describe("a saga that a restart finds at its wait", () => {
  async function restartAfter(ms: number): Promise<readonly string[]> {
    const parts = setUp({ steps });
    await parts.engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    await parts.journal.durable();
    const journal = new WatchedJournal(parts.journal.durableRecords);
    const clock = new SimulatedClock();
    clock.advanceBy(ms);
    await engineOn({ ...parts, journal, clock }).resume();
    await settleMicrotasks();
    return journal.indexed;
  }

  it("is indexed again, because the index may be behind and no record of it comes for long", async () => {
    expect(await restartAfter(0)).toEqual(["saga-0001 DOING_PAID paid"]);
  });

  it("is not where its time is over: it goes on", async () => {
    expect(await restartAfter(2_000)).toEqual([]);
  });
});
