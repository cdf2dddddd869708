import { describe, expect, it } from "vitest";
import { JournalError } from "../ports/journal.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { eventsOf } from "../testing/read-all.ts";
import type { StepScript } from "../testing/scripted-saga.ts";

const start = { definition: "scripted", input: {} };
const steps: readonly StepScript[] = [
  { step: "order", kind: "compensatable", keyed: false, rollbackIsRepeatable: true, rollbackId: "order_id" },
  { step: "pay", kind: "pivot" },
];
const faults = { "pay/run": ["rejected"], "order/rollback": ["reply-lost"] } as const;

/** A journal that cannot be asked for a while: the number of failing looks. */
class UnreadableJournal extends MemoryJournal {
  fails = 0;
  looks = 0;

  override async holderOf(query: Parameters<MemoryJournal["holderOf"]>[0]): Promise<string | undefined> {
    this.looks += 1;
    this.fails -= 1;
    if (this.fails >= 0) throw new JournalError("it cannot be read");
    return await super.holderOf(query);
  }
}

describe("a rollback whose id was given out again while it was in doubt", () => {
  it("is not sent again, and its saga needs a human who is told which saga holds the id", async () => {
    const { engine, clock, world } = setUp({ steps, faults });
    const { id } = await engine.start(start);
    await settleMicrotasks();
    const other = await engine.start(start);
    await settleMicrotasks();
    expect((await engine.get(other.id))?.saga.phase.name).toBe("completed");
    const saga = await driveToRest(engine, clock, id);
    expect(saga?.phase).toMatchObject({ name: "needs-intervention", reason: "id-reused", holder: other.id });
    expect(world.calls.filter((call) => call === "order/rollback")).toHaveLength(1);
    expect((await eventsOf(engine, id)).at(-1)).toMatchObject({ type: "id-reused", step: "order", holder: other.id });
  });

  it("is sent again if no other saga was given the id", async () => {
    const { engine, clock, world } = setUp({ steps, faults });
    const { id } = await engine.start(start);
    expect((await driveToRest(engine, clock, id))?.phase.name).toBe("cancelled");
    expect(world.calls.filter((call) => call === "order/rollback")).toHaveLength(2);
  });

  it("is not sent while the journal cannot be asked, and is tried again", async () => {
    const journal = new UnreadableJournal();
    journal.fails = 2;
    const { engine, clock, world } = setUp({ steps, faults, journal });
    const { id } = await engine.start(start);
    expect((await driveToRest(engine, clock, id))?.phase.name).toBe("cancelled");
    expect(journal.looks).toBe(3);
    expect(world.calls.filter((call) => call === "order/rollback")).toHaveLength(2);
    const outcomes = (await eventsOf(engine, id)).flatMap((event) => (event.type === "answered" ? [event.outcome] : []));
    const unsent = outcomes.filter((outcome) => outcome.outcome === "unavailable").map(({ reason }) => reason);
    const reason = "not sent: its id may have been given out again (it cannot be read)";
    expect(unsent).toEqual([reason, reason]);
  });
});
