import process from "node:process";
import { RESTATE_UNDER_TEST } from "orchestrator/testing";
import { RestateNode } from "test-kit/restate";

/** One Restate for all tests; each stack has a namespace of its own. Gives what ends it. */
export async function setup(): Promise<() => Promise<void>> {
  const node = await RestateNode.start();
  process.env[RESTATE_UNDER_TEST] = `${node.ingressUrl} ${node.adminUrl}`;
  return async () => {
    delete process.env[RESTATE_UNDER_TEST];
    await node.stop();
  };
}
