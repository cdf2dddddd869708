import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { setUp } from "../testing/engine-set-up.ts";
import type { Refusal } from "../transition/refusal.ts";

const refusal: Refusal = { operation: "cancel", because: "not-permitted", by: "eve" };
const policy = { deadlineMs: 3_000_000, giveUpMs: 3_000_000, backoffMsBase: 60_000, backoffMsMax: 60_000 };

/** A saga that sleeps until its next attempt. */
async function asleep() {
  const parts = setUp({ faults: { "order/run": ["busy"] }, policy });
  const { id } = await parts.engine.start({ definition: "scripted", input: {} });
  await settleMicrotasks();
  await parts.journal.durable();
  return { ...parts, id };
}

describe("what somebody was refused of a saga that sleeps", () => {
  it("is recorded, and its next attempt comes when it is due", async () => {
    const { engine, clock, id, world } = await asleep();
    await engine.noteRefusal(id, refusal);
    await settleMicrotasks();
    expect(world.calls).toEqual(["order/run"]);
    expect((await driveToRest(engine, clock, id))?.phase.name).toBe("completed");
  });

  it("takes no attempt away whose time has come, and whose alarm is late", async () => {
    const { engine, clock, id } = await asleep();
    clock.jumpBy(120_000);
    await engine.noteRefusal(id, refusal);
    expect((await driveToRest(engine, clock, id))?.phase.name).toBe("completed");
  });
});
