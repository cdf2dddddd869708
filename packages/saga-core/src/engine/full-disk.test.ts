import { describe, expect, it, vi } from "vitest";
import type { Attempt } from "../definition/attempt.ts";
import { JournalError } from "../ports/journal.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { setUp } from "../testing/engine-set-up.ts";
import { FullJournal } from "../testing/faulty-journals.ts";
import { eventsOf } from "../testing/read-all.ts";

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
    if (!handler) throw new Error("there is one");
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
