import process from "node:process";
import { RESTATE_UNDER_TEST } from "orchestrator/testing";
import { RestateNode } from "test-kit/restate";

/** Starts one Restate for all tests, in which each stack has its own namespace. Returns the function that stops it. */
export async function setup(): Promise<() => Promise<void>> {
  const node = await RestateNode.start();
  process.env[RESTATE_UNDER_TEST] = `${node.ingressUrl} ${node.adminUrl}`;
  return async () => {
    delete process.env[RESTATE_UNDER_TEST];
    await node.stop();
  };
}
