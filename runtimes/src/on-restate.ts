import { deepStrictEqual } from "node:assert/strict";
import type { RestateNode } from "test-kit/restate";
import { Participants } from "./participants.ts";
import { type Runtime, SampleProcess } from "./sample-process.ts";

/** What a process needs to start sagas that another one carries: the bindings of the worker. */
export interface Bindings {
  readonly ingressUrl: string;
  readonly adminUrl: string;
  readonly hotelUrl: string;
  readonly bankUrl: string;
  readonly namespace: string;
}

/**
 * Serves the trip saga to Restate on a runtime, where one trip comes to its end, and lets another process start more.
 *
 * @throws Error when the trip is not completed.
 */
export async function serveOnRestate(
  runtime: Runtime,
  directory: string,
  restate: RestateNode,
  meanwhile: (bindings: Bindings) => Promise<void>,
): Promise<void> {
  const participants = await Participants.start(false);
  const namespace = `on-${runtime.name.toLowerCase()}`;
  const { ingressUrl, adminUrl } = restate;
  const served = new SampleProcess(runtime, directory, ["restate.ts", ingressUrl, adminUrl, participants.url, namespace]);
  try {
    deepStrictEqual(await served.line(), "completed");
    await meanwhile({ ingressUrl, adminUrl, namespace, hotelUrl: participants.url, bankUrl: participants.url });
    await served.stop();
  } finally {
    await served.kill();
    await participants.stop();
  }
}
