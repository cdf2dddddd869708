import type { HistoryEntry } from "../ports/engine.ts";
import type { Refusal } from "../transition/refusal.ts";
import { cameToRest } from "../transition/transition.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectContains, expectSame } from "./contract.ts";
import {
  allForward,
  type EngineSubject,
  type MakeEngine,
  NOBODY,
  refusalOf,
  runOne,
  unkeyedSteps,
  untilWaiting,
} from "./engine-scene.ts";

const refusal: Refusal = { operation: "cancel", because: "not-permitted", by: "eve" };

async function recorded({ engine }: Pick<EngineSubject, "engine">, id: string): Promise<readonly HistoryEntry["event"][]> {
  return ((await engine.history(id)) ?? []).flatMap(({ event }) => (event.type === "refused" ? [event] : []));
}

/** What every engine must do with what somebody was refused. */
export const refusalsCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "records once what somebody was refused of a saga that needs a human, which goes on to need one",
    check: async (make) => {
      const { engine, id, saga, rest, world } = await runOne(make, {
        steps: unkeyedSteps,
        faults: { "order/run": ["reply-lost"] },
      });
      await engine.noteRefusal(id, refusal);
      expectContains((await refusalOf(engine.noteRefusal(id, refusal))).message, "is on record", "the same again");
      await engine.noteRefusal(id, { ...refusal, because: "not-allowed" });
      const after = (await engine.get(id))?.saga;
      expectSame([after?.phase, after?.steps], [saga.phase, saga.steps], "phase and steps");
      const kept = (await recorded({ engine }, id)).map(({ type, at: _at, ...event }) => event);
      expectSame(kept, [refusal, { ...refusal, because: "not-allowed" }], "what is on record");
      await engine.resolve(id, { step: "order", applied: true });
      expectSame(statusOf(await rest(id)), "completed", "status at the end");
      expectSame(world.calls, allForward, "calls");
    },
  },
  {
    name: "records what somebody was refused while a call is about to be repeated, and nothing more after the end",
    check: async (make) => {
      const policy = { deadlineMs: 3_000_000, giveUpMs: 3_000_000 };
      const subject = await make({ faults: { "order/run": ["busy"] }, policy });
      const { engine, start, rest, world } = subject;
      const id = await start();
      await untilWaiting(subject, id);
      await engine.noteRefusal(id, refusal);
      expectSame(world.calls, ["order/run"], "calls");
      await engine.retry(id);
      const ended = await rest(id);
      expectSame(statusOf(ended), "completed", "status at the end");
      const late = await refusalOf(engine.noteRefusal(id, { ...refusal, because: "not-allowed" }));
      expectContains(late.message, "the saga has ended", "one after the end");
      expectSame((await recorded(subject, id)).length, 1, "on record");
      expectSame(world.calls, ["order/run", ...allForward], "calls at the end");
    },
  },
  {
    name: "takes no more than sixteen refusals of a saga, and none of a saga that there is not",
    check: async (make) => {
      const { engine, id } = await runOne(make, { steps: unkeyedSteps, faults: { "order/run": ["reply-lost"] } });
      for (let number = 1; number <= 16; number += 1) await engine.noteRefusal(id, { ...refusal, by: `eve ${number}` });
      expectContains((await refusalOf(engine.noteRefusal(id, refusal))).message, "takes no more", "the next one");
      expectSame((await recorded({ engine }, id)).length, 16, "on record");
      expectSame((await refusalOf(engine.noteRefusal(NOBODY, refusal))).refusal, "not-found", "of no saga");
    },
  },
  {
    name: "does not take a saga that needs a human for another one when somebody is refused an operation",
    check: async (make) => {
      const autoPause = { countMin: 2, sharePercentMin: 50, windowMs: 300_000, trials: 0, trialMs: 1 };
      const { engine, id, start, rest, world } = await runOne(make, {
        steps: unkeyedSteps,
        faults: { "order/run": ["reply-lost"] },
        autoPause,
      });
      for (const by of ["eve", "mallory"]) await engine.noteRefusal(id, { ...refusal, by });
      await rest(await start());
      expectSame(engine.knownPauses(), [], "pauses");
      expectSame(world.calls, ["order/run", ...allForward], "calls");
    },
  },
  {
    name: "tells an observer once that a saga came to need a human, whatever is refused or cancelled of it meanwhile",
    check: async (make) => {
      const told: string[] = [];
      const rests: string[] = [];
      const { engine, id, until } = await runOne(make, {
        steps: unkeyedSteps,
        faults: { "order/run": ["reply-lost"] },
        observers: [
          {
            happened: ({ saga }, { type }) => {
              told.push(type);
              if (cameToRest(saga)) rests.push(saga.phase.name);
            },
          },
        ],
      });
      await engine.noteRefusal(id, refusal);
      await engine.cancel(id);
      await until(() => told.includes("refused") && told.includes("cancel-requested"));
      expectSame((await engine.get(id))?.saga.phase.name, "needs-intervention", "its phase");
      expectSame(rests, ["needs-intervention"], "where it came to rest");
    },
  },
];
