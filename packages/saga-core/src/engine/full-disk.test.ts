import { describe, expect, it, vi } from "vitest";
import type { Attempt } from "../definition/attempt.ts";
import { JournalError } from "../ports/journal.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { setUp } from "../testing/engine-set-up.ts";
import { FullJournal } from "../testing/faulty-journals.ts";
import { eventsOf } from "../testing/read-all.ts";
import { statusOf } from "../transition/view.ts";

const start = { definition: "scripted", input: {} };
const gateLimits = { callsInFlightMax: 2, failuresMax: 3, openMsBase: 10_000, openMsMax: 10_000 };

describe("an engine that cannot write", () => {
  it("sends nothing, not even calls that queue at a participant", async () => {
    const journal = new FullJournal(1_000);
    const { engine, world, controller } = setUp({
      journal,
      policy: { deadlineMs: 3_600_000 },
      options: { gateLimits: { ...gateLimits, callsInFlightMax: 1 } },
    });
    const answer = Promise.withResolvers<void>();
    const [handler] = controller.handlers;
    if (!handler || handler.how === "wait") throw new Error("there is one that calls");
    const run = handler.run.bind(handler);
    vi.spyOn(handler, "run").mockImplementation(async (data: never, attempt: Attempt) => {
      await answer.promise;
      return await run(data, attempt);
    });
    for (let saga = 0; saga < 2; saga += 1) await engine.start(start);
    await settleMicrotasks();
    journal.failure = new JournalError("disk full");
    answer.resolve();
    await settleMicrotasks();
    expect(world.calls).toEqual(["order/run"]);
    journal.makeRoom();
    await settleMicrotasks();
    expect(world.calls.filter((call) => call === "order/run")).toHaveLength(2);
  });

  it("lets those who wait go when it stops: a running saga is told as it is, and no end that is not recorded", async () => {
    const journal = new FullJournal(1);
    const { engine, clock } = setUp({ journal, policy: { deadlineMs: 3_600_000 } });
    const { untilRest } = await engine.start(start);
    await settleMicrotasks();
    expect(journal.failure).toBeDefined();
    const told = untilRest();
    const drained = engine.drain(0);
    const isLost = expect(drained).rejects.toThrow("What was not written is lost");
    while (clock.isWaiting) {
      clock.advance();
      await settleMicrotasks();
    }
    await isLost;
    expect(statusOf(await told)).toBe("running");
  });

  it("shows of a history what a crash could not take back", async () => {
    const journal = new FullJournal(1);
    const { engine } = setUp({ journal, policy: { deadlineMs: 3_600_000 } });
    const { id } = await engine.start(start);
    await settleMicrotasks();
    expect(journal.failure).toBeDefined();
    expect((await eventsOf(engine, id)).map(({ type }) => type)).toEqual(["started"]);
    journal.makeRoom();
    await settleMicrotasks();
    expect((await eventsOf(engine, id)).length).toBeGreaterThan(1);
  });
});
