import { driveToRest, settleMicrotasks } from "./drive.ts";
import type { EngineScene, EngineSubject } from "./engine-scene.ts";
import { setUp } from "./engine-set-up.ts";

const TURNS_MAX = 1_000;

/** The embedded engine, on a clock that only moves when a test waits. */
export async function embeddedSubject({
  steps,
  faults,
  policy,
  autoPause,
  context,
  observers,
}: Partial<EngineScene>): Promise<EngineSubject> {
  const { engine, clock, world } = setUp({
    ...(steps && { steps }),
    ...(faults && { faults }),
    ...(policy && { policy }),
    ...(context && { context }),
    options: { ...(autoPause && { autoPause }), ...(observers && { observers }) },
  });
  return {
    engine,
    world,
    start: async () => {
      const { id, accepted } = await engine.start({ definition: "scripted", input: {} });
      await accepted;
      return id;
    },
    rest: async (sagaId) => {
      const saga = await driveToRest(engine, clock, sagaId);
      if (!saga) throw new Error(`Saga ${sagaId} is gone.`);
      return saga;
    },
    until: async (isSo) => {
      for (let turn = 0; turn < TURNS_MAX; turn += 1) {
        if (isSo()) return;
        await settleMicrotasks();
      }
      throw new Error("It has not come about.");
    },
    pass: async (ms) => {
      await settleMicrotasks();
      clock.advanceBy(ms);
      await settleMicrotasks();
    },
  };
}
