import { JournalError, statusOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { RestateAdmin } from "saga-restate";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RestateBench, restOf, until } from "./restate-subject.ts";

const request = { definition: "scripted", input: { who: "Zoë" }, isAwaited: true };
const quick = { backoffMsBase: 5, backoffMsMax: 20, deadlineMs: 600_000 };
/** So many sagas begin at a process before it takes itself for alone. */
const UNTIL_ALONE = 3;

const releases: (() => void)[] = [];

let bench: RestateBench;
beforeAll(async () => {
  bench = await RestateBench.start();
});
afterEach(() => {
  for (const release of releases.splice(0)) release();
});
afterAll(async () => {
  await bench.stop();
});

/** A process that takes itself for alone, with a saga whose second call is under way. */
async function aloneWithOne() {
  const namespace = bench.newNamespace();
  const world = new ScriptedWorld();
  const make = () => new ScriptedController(contractSteps, world, quick);
  const { engine } = await bench.serve([make()], { namespace });
  for (let saga = 0; saga < UNTIL_ALONE; saga += 1) await (await engine.start(request)).untilRest();
  const release = world.hold("stock/run");
  releases.push(release);
  const held = world.arrived.length;
  const { id, untilRest } = await engine.start(request);
  const rest = untilRest();
  await until(() => world.arrived.length === held + 2);
  return { namespace, make, engine, world, release, id, rest };
}

async function isWritten(sagaId: string): Promise<boolean> {
  const rows = await new RestateAdmin(bench.node.adminUrl).query(`SELECT key FROM state WHERE service_key = '${sagaId}'`);
  return rows.length > 0;
}

describe("a process that is alone", () => {
  it("writes nothing of a saga that goes on quickly and is waited for, until it ends", async () => {
    const { release, id, rest } = await aloneWithOne();
    expect(await isWritten(id)).toBe(false);
    release();
    expect(statusOf(await rest)).toBe("completed");
    expect(await isWritten(id)).toBe(true);
  });

  it("tells of it all the same: it is found, listed and has its history", async () => {
    const { engine, release, id, rest } = await aloneWithOne();
    // What the call before told is recorded when this one takes long.
    await until(async () => (await engine.get(id))?.saga.seq === 3);
    expect((await engine.get(id))?.saga).toMatchObject({ input: { who: "Zoë" } });
    expect((await engine.history(id))?.map(({ type }) => type)).toEqual(["started", "answered", "pivot-recorded"]);
    expect(await engine.index.list({ limit: 10, status: "running", text: "zoë" })).toEqual([id]);
    expect((await engine.index.list({ limit: 2 }))[0]).toBe(id);
    expect(await engine.index.list({ limit: 10, status: "running", before: id })).toEqual([]);
    release();
    await rest;
    expect(await engine.index.list({ limit: 10, status: "running" })).toEqual([]);
    expect((await engine.get(id))?.saga.phase.name).toBe("completed");
  });

  it("takes in what is asked of it", async () => {
    const { engine, release, id, rest, world } = await aloneWithOne();
    const { saga } = await engine.cancel(id, { by: "ada" });
    expect(statusOf(saga)).toBe("running");
    // Who was told that it is recorded finds it recorded.
    expect(await isWritten(id)).toBe(true);
    release();
    expect(statusOf(await rest)).toBe("cancelled");
    expect(world.calls.filter((call) => call.endsWith("/rollback"))).toEqual(["stock/rollback", "order/rollback"]);
  });

  it("leaves sagas to its successor, who does not take one for unknown because nothing of it is written", async () => {
    const { namespace, make, release, id } = await aloneWithOne();
    const { engine } = await bench.serve([make()], { namespace });
    await expect(engine.get(id)).rejects.toThrow(JournalError);
    release();
    expect(statusOf(await restOf(engine, id).catch(() => restOf(engine, id)))).toBe("completed");
    expect(await engine.get("01a207bc-a7f4-70ef-b4e7-20932300309b")).toBeUndefined();
  });
});
