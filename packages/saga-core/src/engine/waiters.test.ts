import { describe, expect, it, vi } from "vitest";
import { UnreadableSaga } from "../ports/engine.ts";
import { JournalError } from "../ports/journal.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { setUp } from "../testing/engine-set-up.ts";
import { FullJournal } from "../testing/faulty-journals.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { statusOf } from "../transition/view.ts";

const start = { definition: "scripted", input: {} };
const patient = { deadlineMs: 3_600_000, attemptsMax: 1_000 };

describe("a caller that waits until a saga is at rest", () => {
  it("gets the present state of a sleeping saga when the engine stops, even if it begins to wait later", async () => {
    const { engine } = setUp({ faults: { "order/run": ["busy"] }, policy: patient });
    const keyed = { ...start, idempotencyKey: "k" };
    await engine.start(keyed);
    await settleMicrotasks();
    await engine.drain(0);
    expect(statusOf(await (await engine.start(keyed)).untilRest())).toBe("running");
  });

  it("gets the error of a saga that cannot be read", async () => {
    const journal = new MemoryJournal();
    const options = { onDefect: () => undefined };
    const { engine, clock } = setUp({ journal, faults: { "order/run": ["busy"] }, policy: patient, options });
    const { id, untilRest } = await engine.start(start);
    const rest = untilRest();
    await settleMicrotasks();
    vi.spyOn(journal, "load").mockResolvedValue([{ seq: 1, event: "damaged" }]);
    clock.advanceBy(70_000);
    await expect(rest).rejects.toThrow(UnreadableSaga);
    expect([...engine.unreadable()]).toEqual([id]);
  });

  it("gets the defect that stopped the saga, even if it begins to wait later", async () => {
    let isBroken = true;
    const random = () => {
      if (isBroken) throw new Error("no dice");
      return 0.5;
    };
    const { engine } = setUp({ options: { random, onDefect: () => undefined } });
    const keyed = { ...start, idempotencyKey: "k" };
    await engine.start(keyed);
    await settleMicrotasks();
    isBroken = false;
    await expect((await engine.start(keyed)).untilRest()).rejects.toThrow("no dice");
    await expect(engine.retry("saga-0001")).rejects.toThrow("no dice");
  });

  it("gets the present state of a saga when the engine stops while nothing can be written", async () => {
    const journal = new FullJournal(1_000);
    const { engine, clock } = setUp({ journal, faults: { "order/run": ["busy"] }, policy: patient });
    const { untilRest } = await engine.start(start);
    const rest = untilRest();
    await settleMicrotasks();
    journal.failure = new JournalError("disk full");
    const drained = engine.drain(0);
    drained.catch(() => undefined);
    for (let turn = 0; turn < 5; turn += 1) {
      await settleMicrotasks();
      clock.advance();
    }
    await expect(drained).rejects.toThrow("disk full");
    expect(statusOf(await rest)).toBe("running");
    expect(clock.isWaiting).toBe(false);
  });
});
