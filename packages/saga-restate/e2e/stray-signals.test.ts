import { type Context, InvocationIdParser, serde, service } from "@restatedev/restate-sdk";
import { connect } from "@restatedev/restate-sdk-clients";
import { statusOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { listenForRestate, type RestateEndpoint } from "saga-restate";
import { OPERATION_SIGNAL as OPERATION, RestateAdmin } from "saga-restate/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, restOf, until } from "./restate-testbed.ts";

/** Another program on the same Restate, which signals the workflow of a saga. */
const stranger = service({
  name: "Stranger",
  handlers: {
    sendsText: async (context: Context, id: string) => runOf(context, id).signal(OPERATION).resolve("cancel it, please"),
    sendsWhatACallGives: async (context: Context, id: string) =>
      runOf(context, id)
        .signal(OPERATION)
        .resolve({ outcome: { outcome: "rejected", reason: "no" }, at: 0, random: 0 }),
    sendsNothing: async (context: Context, id: string) => runOf(context, id).signal(OPERATION).resolve(),
    sendsNoJson: async (context: Context, id: string) =>
      runOf(context, id).signal(OPERATION, serde.binary).resolve(new TextEncoder().encode("{")),
    fails: async (context: Context, id: string) => runOf(context, id).signal(OPERATION).reject("It cannot be cancelled."),
  },
});

function runOf(context: Context, id: string) {
  return context.invocation(InvocationIdParser.fromString(id));
}

type Signal = "sendsText" | "sendsWhatACallGives" | "sendsNothing" | "sendsNoJson" | "fails";

const releases: (() => void)[] = [];

let testbed: RestateTestbed;
let endpoint: RestateEndpoint;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
  endpoint = await listenForRestate({ services: [stranger], host: "127.0.0.1", port: 0, onWarning: () => undefined });
  await new RestateAdmin(testbed.node.adminUrl).register(`http://127.0.0.1:${endpoint.port}`);
});
afterEach(() => {
  for (const release of releases.splice(0)) release();
});
afterAll(async () => {
  await endpoint.close(0);
  await testbed.stop();
});

describe("a signal of another program", () => {
  it.each<Signal>(["sendsText", "sendsWhatACallGives", "sendsNothing", "sendsNoJson", "fails"])(
    "does not stop a saga, which applies a later operation: the program %s",
    async (signal) => {
      const world = new ScriptedWorld();
      const release = world.hold("stock/run");
      releases.push(release);
      const policy = { backoffMsBase: 5, backoffMsMax: 20, deadlineMs: 600_000 };
      const { engine, defects } = await testbed.serve([new ScriptedController(contractSteps, world, policy)]);
      const { id, accepted } = await engine.start({ definition: "scripted", input: {} });
      await accepted;
      await until(() => world.arrived.includes("stock/run"));
      const client = connect({ url: testbed.node.ingressUrl }).serviceClient(stranger);
      await client[signal](await testbed.invocationOf(id));
      await engine.cancel(id, { by: "ada" });
      release();
      expect(statusOf(await restOf(engine, id))).toBe("cancelled");
      expect(world.standing).toEqual([]);
      expect(defects).toEqual([]);
    },
  );
});
