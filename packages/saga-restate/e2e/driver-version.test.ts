import { type WorkflowContext, workflow } from "@restatedev/restate-sdk";
import { connect } from "@restatedev/restate-sdk-clients";
import { startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { listenForRestate } from "saga-restate";
import { RestateAdmin } from "saga-restate/testing";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, until } from "./restate-testbed.ts";

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterAll(async () => {
  await testbed.stop();
});

const serviceOf = (namespace: string) => ({ name: `${namespace}.saga.scripted.v1` });

function submit(namespace: string, id: string, input: object) {
  const ingress = connect({ url: testbed.node.ingressUrl });
  return ingress
    .workflowClient<{ run: (context: unknown, input: object) => Promise<unknown> }>(serviceOf(namespace), id)
    .workflowSubmit(input);
}

describe("a saga that another driver version began", () => {
  it("is not driven, and the error says what to do; it stays open for the release that began it", async () => {
    const namespace = testbed.newNamespace();
    const world = new ScriptedWorld();
    const controller = new ScriptedController(contractSteps, world);
    const { defects } = await testbed.serve([controller], { namespace });
    const id = uuidv7();
    const started = startOf(controller, { at: Date.now(), id, input: {}, idempotencyKey: undefined, trace: undefined });
    // The input of a release from before driver versions were recorded.
    await submit(namespace, id, { started, submitter: "a process", isFirstCallGranted: true, isWrittenLate: true });
    await until(() => defects.length > 1);
    expect(String(defects[0])).toMatch(/was begun by driver version 0 .* run the release that began it at this address/);
    expect(world.calls).toEqual([]);
    const admin = new RestateAdmin(testbed.node.adminUrl);
    const rows = await admin.query(`SELECT status FROM sys_invocation WHERE id = '${await testbed.invocationOf(id)}'`);
    expect(rows).not.toEqual([{ status: "completed" }]);
    await fetch(`${testbed.node.adminUrl}/invocations/${await testbed.invocationOf(id)}/kill`, { method: "PATCH" });
  });
});

describe("an address with open sagas of another driver version", () => {
  it("is refused to this release until they have ended", async () => {
    const namespace = testbed.newNamespace();
    const finish = Promise.withResolvers<void>();
    const earlier = workflow({
      ...serviceOf(namespace),
      handlers: { run: (context: WorkflowContext) => context.run("waits", () => finish.promise) },
    });
    const endpoint = await listenForRestate({ services: [earlier], host: "127.0.0.1", port: 0, onWarning: () => undefined });
    const admin = new RestateAdmin(testbed.node.adminUrl);
    await admin.register(`http://127.0.0.1:${endpoint.port}`);
    const id = uuidv7();
    await submit(namespace, id, {});
    const url = `http://127.0.0.1:${endpoint.port}`;
    const refused = admin.refuseOtherDriver(url, `${namespace}.saga.`);
    await expect(refused).rejects.toThrow(/Driver version 0 .* began open sagas of .* serve this release at another/);
    finish.resolve();
    const isRefused = () =>
      admin.refuseOtherDriver(url, `${namespace}.saga.`).then(
        () => false,
        () => true,
      );
    await until(async () => !(await isRefused()));
    await endpoint.close(0);
  });
});
