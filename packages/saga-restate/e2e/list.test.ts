import { statusOf } from "saga-core";
import type { SagaQuery } from "saga-core/engine";
import { ScriptedController, ScriptedWorld, unkeyedSteps } from "saga-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed } from "./restate-testbed.ts";

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterAll(async () => {
  await testbed.stop();
});

describe("the list on Restate", () => {
  it("finds the sagas that match each filter, newest first, page by page", async () => {
    const worlds = [
      new ScriptedWorld(),
      new ScriptedWorld({ "pay/run": ["rejected"] }),
      new ScriptedWorld({ "stock/run": ["reply-lost"] }),
    ];
    const worldOf = (data: object) => worlds["run" in data ? Number(data.run) : 0] ?? new ScriptedWorld();
    const namespace = testbed.newNamespace();
    const { engine } = await testbed.serve(
      [new ScriptedController(unkeyedSteps, worldOf, { backoffMsBase: 5, backoffMsMax: 20 })],
      { namespace },
    );
    // The list has no sagas of another installation.
    const { engine: foreign } = await testbed.serve([new ScriptedController(unkeyedSteps, new ScriptedWorld())]);
    const ids: string[] = [];
    for (const input of [
      { run: 0, who: 'Zoë "O\'Neil" 100%' },
      { run: 1, number: 4711 },
      { run: 2, text: "47" },
    ]) {
      const { id, untilRest } = await engine.start({ definition: "scripted", input, isAwaited: true });
      await untilRest();
      ids.push(id);
    }
    const [completed = "", cancelled = "", stuck = ""] = ids;
    const find = (query: Omit<SagaQuery, "limit">, limit = 10) => engine.index.list({ ...query, limit });
    const { saga } = (await engine.get(cancelled)) ?? {};
    expect(saga && statusOf(saga)).toBe("cancelled");
    const cases: readonly (readonly [Omit<SagaQuery, "limit">, readonly string[]])[] = [
      [{}, [stuck, cancelled, completed]],
      [{ definition: "scripted" }, [stuck, cancelled, completed]],
      [{ definition: "script" }, []],
      [{ status: "completed" }, [completed]],
      [{ status: "needs_intervention", state: "DOING_STOCK" }, [stuck]],
      [{ state: "CANCELLED" }, [cancelled]],
      [{ step: "pay" }, [cancelled]],
      [{ text: 'zoë "o\'neil" 100%' }, [completed]],
      [{ text: "4711" }, [cancelled]],
      [{ text: "47" }, [stuck]],
      [{ text: "nowhere' OR '1'='1" }, []],
      [{ created: { from: saga?.createdAt, before: (saga?.createdAt ?? 0) + 1 } }, [cancelled]],
      [{ updated: { before: saga?.updatedAt } }, [completed]],
      [{ updated: { from: (saga?.updatedAt ?? 0) + 1 } }, [stuck]],
      [{ before: stuck }, [cancelled, completed]],
    ];
    for (const [query, expected] of cases) expect({ query, found: await find(query) }).toEqual({ query, found: expected });
    expect(await find({}, 2)).toEqual([stuck, cancelled]);
    expect(await find({ before: cancelled }, 2)).toEqual([completed]);
    expect(await foreign.index.list({ limit: 10 })).toEqual([]);
  });
});
