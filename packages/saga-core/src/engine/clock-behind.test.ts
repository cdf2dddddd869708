import { describe, expect, it } from "vitest";
import { driveToRest } from "../testing/drive.ts";
import { engineOn } from "../testing/engine-set-up.ts";
import { StoppingJournal } from "../testing/faulty-journals.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { statusOf } from "../transition/view.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The process is killed after its first call, whose reply is lost, and the next one starts with its clock moved. */
async function restarted(movedByMs: number, terms: Partial<StepScript> = { keyRetentionMs: DAY_MS }) {
  const world = new ScriptedWorld({ "order/run": ["reply-lost"] });
  const steps: readonly StepScript[] = [
    { step: "order", kind: "compensatable", ...terms },
    { step: "pay", kind: "pivot" },
  ];
  const controller = new ScriptedController(steps, world, { deadlineMs: 50 * DAY_MS, giveUpMs: 50 * DAY_MS });
  const clock = new SimulatedClock();
  const startedAt = clock.now();
  const first = new StoppingJournal([], 2);
  const dying = engineOn({ controller, journal: first, clock });
  await dying.start({ definition: "scripted", input: {} });
  await driveToRest(dying, clock, "saga-0001");
  const calls = world.calls.length;
  const later = new SimulatedClock(startedAt + movedByMs);
  const journal = new MemoryJournal(first.durableRecords);
  const engine = engineOn({ controller, journal, clock: later });
  await engine.resume();
  const saga = await driveToRest(engine, later, "saga-0001");
  /** A third process, whose clock is right, within the retention. */
  const next = async () => {
    const third = engineOn({
      controller,
      journal: new MemoryJournal(journal.durableRecords),
      clock: new SimulatedClock(startedAt + MINUTE_MS),
    });
    await third.resume();
    return third;
  };
  return { status: saga && statusOf(saga), phase: saga?.phase, sentAgain: world.calls.slice(calls), next };
}

describe("a saga in doubt, after a restart with the clock behind its last record", () => {
  it("sends no key again, because its participant may have forgotten it, and needs a human", async () => {
    const { phase, sentAgain, next } = await restarted(-40 * DAY_MS);
    expect(sentAgain).toEqual([]);
    expect(phase).toMatchObject({ name: "needs-intervention", step: "order", reason: "gave-up" });
    // Nor does a person send it, also after another start.
    await expect((await next()).retry("saga-0001")).rejects.toThrow("may have forgotten the key");
  });

  it("goes on where the clock was only set right, or went forward within the retention", async () => {
    for (const movedByMs of [-MINUTE_MS / 2, 0, DAY_MS / 2]) {
      expect(await restarted(movedByMs)).toMatchObject({ status: "completed", sentAgain: ["order/run", "pay/run"] });
    }
  });

  it("goes on where its participant never forgets a key", async () => {
    expect(await restarted(-40 * DAY_MS, {})).toMatchObject({ status: "completed" });
  });
});
