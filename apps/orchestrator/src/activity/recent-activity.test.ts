import { EmbeddedEngine, type FoundSaga, type SagaEvent } from "saga-core";
import { contractSteps, MemoryJournal, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { RecentActivity } from "./recent-activity.ts";

/** The first event of a saga, and the saga after it. */
async function startedSaga(clock: SimulatedClock, secret: readonly string[] = []): Promise<readonly [FoundSaga, SagaEvent]> {
  let first: readonly [FoundSaga, SagaEvent] | undefined;
  const engine = new EmbeddedEngine({
    controllers: [new ScriptedController(contractSteps, new ScriptedWorld(), {}, { secret })],
    journal: new MemoryJournal(),
    clock,
    random: () => 0.5,
    newId: () => "saga-0001",
    sagasInFlightMax: 10,
    observers: [
      {
        happened: (found, event) => {
          first ??= [found, event];
        },
      },
    ],
    onDefect: (error) => {
      throw error;
    },
  });
  const { untilRest } = await engine.start({ definition: "scripted", input: secret.length > 0 ? { card: "4111" } : {} });
  await untilRest();
  if (!first) throw new Error("No saga was started.");
  return first;
}

describe("what happened lately", () => {
  it("has no repair twice where an engine repeats itself, and keeps only the last ones", async () => {
    const clock = new SimulatedClock();
    const [found] = await startedSaga(clock);
    const recent = new RecentActivity(clock);
    const retry = { type: "retry-requested", at: clock.now(), by: "ada" } as const;
    for (let seq = 1; seq <= 1_000; seq += 1)
      for (let times = 0; times < 2; times += 1) recent.happened({ ...found, saga: { ...found.saga, seq } }, retry);
    const { repairs } = recent.activity;
    expect(repairs.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => 1_000 - index));
    expect(repairs[0]).toMatchObject({ sagaId: "saga-0001", definition: "scripted", type: "retry-requested", by: "ada" });
  });

  it("leaves out what was before the process began, which Restate tells it again", async () => {
    const clock = new SimulatedClock();
    const [found, event] = await startedSaga(clock);
    clock.advanceBy(60_000);
    const recent = new RecentActivity(clock);
    recent.happened(found, event);
    expect(recent.activity.minutes).toMatchObject([{ started: 0 }]);
    recent.happened(found, { ...event, at: clock.now() });
    expect(recent.activity.minutes).toMatchObject([{ started: 1 }]);
  });

  it("shows of a repair's note no secret of its saga", async () => {
    const clock = new SimulatedClock();
    const [found] = await startedSaga(clock, ["card"]);
    const recent = new RecentActivity(clock);
    recent.happened(found, { type: "cancel-requested", at: clock.now(), by: "ada", note: "The card 4111 was lost." });
    expect(recent.activity.repairs).toMatchObject([{ by: "ada", note: "The card ••• was lost." }]);
  });
});
