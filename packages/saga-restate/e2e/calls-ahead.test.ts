import { type Saga, statusOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld, type StepScript, unkeyedSteps } from "saga-core/testing";
import { RestateAdmin } from "saga-restate";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RestateBench, restOf, until } from "./restate-subject.ts";
import { SwitchedAddress } from "./switched-address.ts";

const request = { definition: "scripted", input: {} };
const policy = { backoffMsBase: 5, backoffMsMax: 20, deadlineMs: 600_000 };

let bench: RestateBench;
let address: SwitchedAddress;
const releases: (() => void)[] = [];

beforeAll(async () => {
  bench = await RestateBench.start();
  address = await SwitchedAddress.open();
});
afterEach(() => {
  for (const release of releases.splice(0)) release();
});
afterAll(async () => {
  await bench.stop();
  address.close();
});

async function serve(steps: readonly StepScript[], world: ScriptedWorld) {
  return await bench.serve([new ScriptedController(steps, world, policy)]);
}

/** The names of the runs in Restate's journal of a saga that is under way. */
async function runsOf(sagaId: string): Promise<readonly unknown[]> {
  const sql = `SELECT name FROM sys_journal WHERE id = '${await bench.invocationOf(sagaId)}' AND entry_type = 'Command: Run' ORDER BY index`;
  return (await new RestateAdmin(bench.node.adminUrl).query(sql)).map(({ name }) => name);
}

describe("calls of which none must be durable before the next", () => {
  /** A saga that stands at its pivot. */
  async function atPivot(steps: readonly StepScript[]) {
    const world = new ScriptedWorld();
    releases.push(world.hold("pay/run"));
    const { engine } = await serve(steps, world);
    const { id, accepted } = await engine.start(request);
    await accepted;
    await until(() => world.arrived.includes("pay/run"));
    return await runsOf(id);
  }

  it("are one entry in Restate's journal, after the fence", async () => {
    expect(await atPivot(contractSteps)).toEqual(["order/run 1", "order/run 1", "pay/run 1"]);
  });

  it("are entries of their own where no keys are kept", async () => {
    expect(await atPivot(unkeyedSteps)).toEqual(["order/run 1", "order/run 1", "stock/run 1", "pay/run 1"]);
  });
});

describe("a saga that is cancelled while the second call of a run is under way", () => {
  it("is undone after that call, which is not made again", async () => {
    const world = new ScriptedWorld();
    const release = world.hold("stock/run");
    const { engine, defects } = await serve(contractSteps, world);
    const { id, accepted } = await engine.start(request);
    await accepted;
    await until(() => world.arrived.includes("stock/run"));
    expect((await engine.cancel(id)).saga.steps.map(({ status }) => status)).toEqual(["done", "running", "pending", "pending"]);
    release();
    expect(statusOf(await restOf(engine, id))).toBe("cancelled");
    expect(world.arrived).toEqual(["order/run", "stock/run", "stock/rollback", "order/rollback"]);
    expect(defects).toEqual([]);
  });
});

describe("a call that takes long", () => {
  it("leaves what was told before it recorded: it is seen in other processes, and is not made again when the process is lost", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await bench.serveTwo(address, contractSteps, worlds);
    releases.push(worlds[0].hold("stock/run"));
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(async () => (await other.engine.get(id))?.saga.steps[0]?.status === "done");
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    expect(worlds[1].calls).toEqual(["stock/run", "pay/run", "mail/run"]);
  });
});

describe("an execution that is lost while it was ahead of what is recorded", () => {
  /** Lost while its first call was under way; whoever takes over has not made any yet. */
  async function lost() {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await bench.serveTwo(address, contractSteps, worlds);
    releases.push(worlds[0].hold("order/run"));
    const release = worlds[1].hold("order/run");
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(() => worlds[0].arrived.length === 1);
    address.to(other.endpoint.port);
    await until(() => worlds[1].arrived.length === 1);
    return { engine: other.engine, world: worlds[1], id, release };
  }

  const statuses = ({ steps }: Saga) => steps.map(({ status }) => status);

  it("leaves every call in doubt that it may have made, and its history says so", async () => {
    const { engine, id, release } = await lost();
    await until(async () => (await engine.history(id))?.some(({ type }) => type === "resumed") === true);
    expect(await engine.get(id).then((found) => found && statuses(found.saga))).toEqual([
      "unknown",
      "unknown",
      "pending",
      "pending",
    ]);
    release();
    expect(statusOf(await restOf(engine, id))).toBe("completed");
  });

  it("and that is then cancelled, has the calls settled in order before they are undone, also the one that nobody may have made", async () => {
    const { engine, world, id, release } = await lost();
    await engine.cancel(id);
    release();
    expect(statusOf(await restOf(engine, id))).toBe("cancelled");
    expect(world.calls).toEqual(["order/run", "stock/run", "stock/rollback", "order/rollback"]);
  });
});
