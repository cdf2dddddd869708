import { StartRefused } from "../ports/engine.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { DEFINITION, type EngineSubject, type MakeEngine, refusalOf, unkeyedSteps } from "./engine-scene.ts";

const request = { definition: DEFINITION, input: {}, idempotencyKey: "caller:before" };

const TRIAL_MS = 1;

/** Its sagas need a human as soon as the first participant loses an answer, and two of them pause the definition. */
function sceneOf(lost: number, trials: number) {
  return {
    steps: unkeyedSteps,
    faults: { "order/run": Array.from({ length: lost }, () => "reply-lost" as const) },
    autoPause: { countMin: 2, sharePercentMin: 50, windowMs: 300_000, trials, trialMs: TRIAL_MS },
  };
}

async function untilPaused({ engine, start, rest, until }: EngineSubject): Promise<string> {
  const { id, accepted } = await engine.start(request);
  await accepted;
  await rest(id);
  await rest(await start());
  await until(() => engine.knownPauses().length > 0);
  return id;
}

/** How every engine lets a definition pause itself. */
export const pausesCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "pauses a definition of which too many sagas need a human, gives a repeated key its saga, and starts again when an operator ends the pause",
    check: async (make) => {
      const subject = await make(sceneOf(2, 0));
      const { engine, start, rest } = subject;
      const id = await untilPaused(subject);
      expectSame(
        (await engine.pauses()).map(({ definition, automatic, note }) => ({ definition, automatic, note })),
        [
          {
            definition: DEFINITION,
            automatic: true,
            note: "2 of 2 sagas that ended or stopped within 300 s came to need a human",
          },
        ],
        "pauses",
      );
      const refused = await refusalOf(engine.start({ definition: DEFINITION, input: {} }));
      expectSame(refused.refusal, "paused", "a start");
      expectSame(refused instanceof StartRefused && refused.retryAfterMs, 60_000, "after how long it may start");
      expectSame((await engine.start(request)).id, id, "the known key");
      await engine.endPause(DEFINITION);
      expectSame(statusOf(await rest(await start())), "completed", "a start after the pause");
    },
  },
  {
    name: "ends such a pause when enough trials in a row need nobody",
    check: async (make) => {
      const subject = await make(sceneOf(3, 2));
      const { engine, start, rest, until, pass } = subject;
      await untilPaused(subject);
      const trials: string[] = [];
      for (let trial = 0; trial < 3; trial += 1) {
        expectSame((await engine.pauses()).length, 1, "pauses");
        await pass(TRIAL_MS);
        trials.push(statusOf(await rest(await start())));
      }
      expectSame(trials, ["needs_intervention", "completed", "completed"], "trials");
      await until(() => engine.knownPauses().length === 0);
    },
  },
  {
    name: "does not end such a pause once an operator has paused the definition",
    check: async (make) => {
      const subject = await make(sceneOf(2, 1));
      const { engine } = subject;
      await untilPaused(subject);
      await engine.pause(DEFINITION, { by: "ada" });
      const pauses = (await engine.pauses()).map(({ by, automatic, note }) => ({ by, automatic, note }));
      expectSame(pauses, [{ by: "ada" }], "pauses");
      expectSame((await refusalOf(engine.start({ definition: DEFINITION, input: {} }))).refusal, "paused", "a start");
    },
  },
];
