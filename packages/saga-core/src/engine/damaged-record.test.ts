import { describe, expect, it } from "vitest";
import { UnreadableSaga } from "../ports/engine.ts";
import type { RecordPage, StoredRecord } from "../ports/journal.ts";
import { driveToRest } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { statusOf } from "../transition/view.ts";

/** A journal in which a record is damaged. */
class DamagedJournal extends MemoryJournal {
  damaged: number | undefined;

  override async load(id: string, page: RecordPage): Promise<readonly StoredRecord[]> {
    const records = await super.load(id, page);
    return records.map((record) => (record.seq === this.damaged ? { seq: record.seq, event: "{}" } : record));
  }
}

async function endedWithDamage(damaged: number) {
  const journal = new DamagedJournal();
  const { engine, controller, clock } = setUp({ journal });
  const { id } = await engine.start({ definition: "scripted", input: {}, idempotencyKey: "k" });
  await driveToRest(engine, clock, id);
  journal.damaged = damaged;
  return { id, engine: engineOn({ controller, journal, clock }) };
}

describe("a saga that has ended, and of which a record is damaged", () => {
  it.for([1, 3])("is shown and listed as one that needs a human: record %i", async (damaged) => {
    const { engine, id } = await endedWithDamage(damaged);
    const found = await engine.get(id);
    expect(found && [statusOf(found.saga), found.saga.phase]).toEqual([
      "needs_intervention",
      expect.objectContaining({ reason: "unreadable" }),
    ]);
    expect(engine.unreadable()).toEqual(new Set([id]));
  });

  it("answers to its key that it cannot be read, and no other saga starts", async () => {
    const { engine } = await endedWithDamage(3);
    const again = engine.start({ definition: "scripted", input: {}, idempotencyKey: "k" });
    await expect(again).rejects.toThrow(UnreadableSaga);
    await expect(again).rejects.toThrow("what follows its record 2 is damaged");
  });
});
