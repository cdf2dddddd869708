import { deepStrictEqual } from "node:assert/strict";
import type { RestateNode } from "test-kit/restate";
import { type Bindings, serveOnRestate } from "./on-restate.ts";
import type { Tried } from "./results.ts";
import { type Runtime, SampleProcess } from "./sample-process.ts";
import type { Tools } from "./tools.ts";
import { tryCalls, works } from "./try-server.ts";

const NAME = "workerd";
const ENDED_BY_SIGTERM = 143;

/** Tries what a Worker can do: it has no file for a journal, so its sagas are on Restate, and a process on Node carries them. */
export async function tryWorker(tools: Tools, directory: string, restate: RestateNode): Promise<Tried> {
  const node: Runtime = { name: "Node for workerd", command: tools.node, parameters: [] };
  const withWorker = async (bindings: object, use: (url: string) => Promise<void>) => {
    const worker = new SampleProcess(node, directory, [tools.serveWorker, "worker.ts", JSON.stringify(bindings)]);
    try {
      await use(await worker.line());
    } finally {
      // Not killed: it ends workerd before it ends, with the status of its signal.
      await worker.stop(ENDED_BY_SIGTERM);
    }
  };
  const carrier: Runtime = { ...node, name: NAME };
  const onRestate = await works(NAME, () =>
    serveOnRestate(carrier, directory, restate, (bindings) => withWorker(bindings, (url) => startTrip(url, bindings))),
  );
  const tests = await works(NAME, () => withWorker({}, async (url) => void (await textOf(`${url}/try/tests`))));
  const calls = await tryCalls(NAME, async (rows) => {
    let said = "";
    await withWorker({}, async (url) => {
      said = await textOf(`${url}/try/sent-once`, rows);
    });
    return said;
  });
  return { tests, rest: onRestate, resumed: "–", console: "–", restate: onRestate === "✓" ? "starts" : onRestate, ...calls };
}

/** Starts a trip at the worker, and waits for its end. The same key finds the same saga. */
async function startTrip(url: string, { namespace }: Bindings): Promise<void> {
  const start = () =>
    textOf(`${url}/saga/trip`, JSON.stringify({ traveller: namespace, nights: 1 }), { "idempotency-key": "ada-1" });
  const first: unknown = JSON.parse(await start());
  deepStrictEqual(Reflect.get(Object(first), "state"), "COMPLETED");
  deepStrictEqual(JSON.parse(await start()), first);
}

/** @throws Error with the body when the status is no success. */
async function textOf(url: string, body?: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const json = { "content-type": "application/json", ...headers };
  const reply = await fetch(url, body === undefined ? {} : { method: "POST", headers: json, body });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${url} answers ${reply.status}: ${text}`);
  return text;
}
