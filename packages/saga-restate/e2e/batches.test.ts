import { defaultGateLimits, type Saga, statusOf } from "saga-core";
import {
  contractSteps,
  eventsOf,
  type Fault,
  ScriptedController,
  ScriptedWorld,
  type StepScript,
  unkeyedSteps,
} from "saga-core/testing";
import { RestateAdmin } from "saga-restate/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, restOf, until } from "./restate-testbed.ts";
import { SwitchedAddress } from "./switched-address.ts";

const request = { definition: "scripted", input: {} };
const policy = { backoffMsBase: 5, backoffMsMax: 20, deadlineMs: 600_000 };

let testbed: RestateTestbed;
let address: SwitchedAddress;
const releases: (() => void)[] = [];

beforeAll(async () => {
  testbed = await RestateTestbed.start();
  address = await SwitchedAddress.open();
});
afterEach(() => {
  for (const release of releases.splice(0)) release();
});
afterAll(async () => {
  await testbed.stop();
  address.close();
});

async function serve(steps: readonly StepScript[], world: ScriptedWorld) {
  return await testbed.serve([new ScriptedController(steps, world, policy)]);
}

/** How many entries Restate's journal of an open saga has. */
async function entriesOf(sagaId: string): Promise<number> {
  const sql = `SELECT count(*) AS entries FROM sys_journal WHERE id = '${await testbed.invocationOf(sagaId)}'`;
  const [row] = await new RestateAdmin(testbed.node.adminUrl).query(sql);
  return Number(row?.["entries"]);
}

/** The names of the runs in Restate's journal of an open saga. */
async function runsOf(sagaId: string): Promise<readonly unknown[]> {
  const sql = `SELECT name FROM sys_journal WHERE id = '${await testbed.invocationOf(sagaId)}' AND entry_type = 'Command: Run' ORDER BY index`;
  return (await new RestateAdmin(testbed.node.adminUrl).query(sql)).map(({ name }) => name);
}

describe("the calls of a saga", () => {
  /** The runs of a saga whose pivot is under way. */
  async function atPivot(steps: readonly StepScript[]) {
    const world = new ScriptedWorld();
    releases.push(world.hold("pay/run"));
    const { engine } = await serve(steps, world);
    const { id, accepted } = await engine.start(request);
    await accepted;
    await until(() => world.arrived.includes("pay/run"));
    return await runsOf(id);
  }

  it("share an entry of Restate's journal at keyed participants, after the checkpoint", async () => {
    expect(await atPivot(contractSteps)).toEqual(["order/run 1", "order/run 1", "pay/run 1"]);
  });

  it("have an entry each at unkeyed participants", async () => {
    expect(await atPivot(unkeyedSteps)).toEqual(["order/run 1", "order/run 1", "stock/run 1", "pay/run 1"]);
  });
});

describe("a call that fails again and again", () => {
  it("takes few entries of Restate's journal, and its saga few events; an operation interrupts it", async () => {
    const world = new ScriptedWorld({ "mail/run": Array<Fault>(1_000_000).fill("unavailable") });
    const controller = new ScriptedController(contractSteps, world, { ...policy, backoffMsBase: 1, backoffMsMax: 1 });
    const gateLimits = { ...defaultGateLimits, failuresMax: 1_000_000 };
    const { engine, defects } = await testbed.serve([controller], { gateLimits });
    const { id, accepted } = await engine.start(request);
    await accepted;
    await until(() => world.calls.length > 300);
    expect(await entriesOf(id)).toBeLessThan(150);
    expect((await engine.retry(id)).saga.steps.at(-1)?.attempts).toBeGreaterThan(200);
    expect((await eventsOf(engine, id)).length).toBeLessThan(50);
    expect(defects).toEqual([]);
    await fetch(`${testbed.node.adminUrl}/invocations/${await testbed.invocationOf(id)}/kill`, { method: "PATCH" });
  });
});

describe("a saga that is cancelled during the second call of a batch", () => {
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
  it("leaves the calls before it recorded: other processes see them, and they are not repeated when the process is lost", async () => {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await testbed.serveTwo(address, contractSteps, worlds);
    releases.push(worlds[0].hold("stock/run"));
    const { id, accepted } = await one.engine.start(request);
    await accepted;
    await until(async () => (await other.engine.get(id))?.saga.steps[0]?.status === "done");
    address.to(other.endpoint.port);
    expect(statusOf(await restOf(other.engine, id))).toBe("completed");
    expect(worlds[1].calls).toEqual(["stock/run", "pay/run", "mail/run"]);
  });
});

describe("an execution that is lost ahead of its last record", () => {
  /** It is lost during its first call; the next execution has not made any yet. */
  async function lost() {
    const worlds = [new ScriptedWorld(), new ScriptedWorld()] as const;
    const { one, other } = await testbed.serveTwo(address, contractSteps, worlds);
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

  it("leaves every call in doubt that it may have made, and its history shows it", async () => {
    const { engine, id, release } = await lost();
    await until(async () => (await eventsOf(engine, id)).some(({ type }) => type === "resumed"));
    expect(await engine.get(id).then((found) => found && statuses(found.saga))).toEqual([
      "unknown",
      "unknown",
      "pending",
      "pending",
    ]);
    release();
    expect(statusOf(await restOf(engine, id))).toBe("completed");
  });

  it("has its calls settled in order before they are undone when the saga is cancelled, also one that may be unsent", async () => {
    const { engine, world, id, release } = await lost();
    await engine.cancel(id);
    release();
    expect(statusOf(await restOf(engine, id))).toBe("cancelled");
    expect(world.calls).toEqual(["order/run", "stock/run", "stock/rollback", "order/rollback"]);
  });
});
