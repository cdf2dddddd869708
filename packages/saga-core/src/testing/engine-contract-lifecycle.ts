import { fold } from "../transition/transition.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { allForward, DEFINITION, type MakeEngine, NOBODY, refusalOf, runOne, unkeyedSteps } from "./engine-scene.ts";
import { eventsOf } from "./read-all.ts";

/** How every engine starts, shows, reports and stops. */
export const lifecycleCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "starts one saga for a key in repeated and concurrent starts, and refuses the key with another body",
    check: async (make) => {
      const { engine, rest, world } = await make({});
      const request = { definition: DEFINITION, input: { seat: 1 }, idempotencyKey: "caller:one/key two" };
      const started = await Promise.all([1, 2, 3].map(() => engine.start(request)));
      const [first] = started;
      if (!first) throw new Error("Nothing was started.");
      await first.accepted;
      expectSame(new Set(started.map(({ id }) => id)).size, 1, "sagas");
      await rest(first.id);
      expectSame((await engine.start(request)).id, first.id, "a start after its end");
      const other = await refusalOf(engine.start({ ...request, input: { seat: 2 } }));
      expectSame(other.refusal, "key-reused", "another body");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "refuses an unknown definition and an invalid input, and calls no participant for them",
    check: async (make) => {
      const { engine, world } = await make({});
      expectSame((await refusalOf(engine.start({ definition: "other", input: {} }))).refusal, "unknown-definition", "definition");
      expectSame((await refusalOf(engine.start({ definition: DEFINITION, input: 7 }))).refusal, "invalid-input", "input");
      expectSame(world.calls, [], "calls");
    },
  },
  {
    name: "starts no saga of a paused definition, gives a repeated key its saga, and starts again when the pause ends",
    check: async (make) => {
      const { engine, rest, start } = await make({});
      const request = { definition: DEFINITION, input: {}, idempotencyKey: "caller:before" };
      const { id, accepted } = await engine.start(request);
      await accepted;
      await rest(id);
      await engine.pause(DEFINITION, { by: "ada" });
      expectSame(
        (await engine.pauses()).map(({ definition, by }) => ({ definition, by })),
        [{ definition: DEFINITION, by: "ada" }],
        "pauses",
      );
      expectSame((await refusalOf(engine.start({ definition: DEFINITION, input: {} }))).refusal, "paused", "a start");
      expectSame(
        (await refusalOf(engine.start({ ...request, idempotencyKey: "caller:new" }))).refusal,
        "paused",
        "a start under a new key",
      );
      expectSame((await engine.start(request)).id, id, "the known key");
      expectSame((await refusalOf(engine.pause("other"))).refusal, "not-found", "a pause of nothing");
      await engine.endPause(DEFINITION);
      expectSame(statusOf(await rest(await start())), "completed", "a start after the pause");
    },
  },
  {
    name: "gives a saga, the history that makes it, and nothing for an unknown id",
    check: async (make) => {
      const { engine, id, saga } = await runOne(make, {
        faults: { "order/run": ["reply-lost"], "pay/run": ["unavailable", "rejected"], "stock/rollback": ["thrown"] },
      });
      const found = await engine.get(id);
      const history = await eventsOf(engine, id);
      expectSame(found?.saga, saga, "the saga");
      expectSame(history.length, saga.seq, "events");
      expectSame(history[0]?.type, "started", "the first event");
      expectSame(found && fold(found.controller, history), saga, "the saga that its events make");
      expectSame([await engine.get(NOBODY), await engine.history(NOBODY)], [undefined, undefined], "nobody");
    },
  },
  {
    name: "calls a listener with every event until it unsubscribes",
    check: async (make) => {
      const { engine, start, rest, until } = await make({});
      const heard: string[] = [];
      const unsubscribe = engine.subscribe(({ saga }, event) => heard.push(`${saga.id} ${event.type}`));
      const id = await start();
      await rest(id);
      const count = (await eventsOf(engine, id)).length;
      await until(() => heard.filter((each) => each.startsWith(id)).length >= count);
      unsubscribe();
      const before = heard.length;
      await rest(await start());
      expectSame(heard.length, before, "events after that");
    },
  },
  {
    name: "starts no saga and accepts no operation while it drains",
    check: async (make) => {
      const { engine, id } = await runOne(make, { steps: unkeyedSteps, faults: { "order/run": ["reply-lost"] } });
      await engine.drain(0);
      expectSame((await refusalOf(engine.start({ definition: DEFINITION, input: {} }))).refusal, "draining", "a start");
      expectSame((await refusalOf(engine.cancel(id))).refusal, "draining", "an operation");
    },
  },
];
