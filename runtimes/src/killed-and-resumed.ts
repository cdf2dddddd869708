import { deepStrictEqual } from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { Participants } from "./participants.ts";
import { type Runtime, SampleProcess } from "./sample-process.ts";

const POLL_MS = 50;
const LOOKS_MAX = 600;

/**
 * Starts a saga over REST, kills its process while the bank has its charge, and lets a second process bring it to its end.
 *
 * @param file the sample that serves the saga.
 * @throws Error when the end is another one.
 */
export async function killAndResume(runtime: Runtime, directory: string, file: string): Promise<void> {
  const participants = await Participants.start(true);
  const place = await mkdtemp(join(tmpdir(), "runtimes-journal-"));
  const processes: SampleProcess[] = [];
  const serve = async () => {
    const words = [file, join(place, "journal.sqlite"), participants.url, participants.url];
    const served = new SampleProcess(runtime, directory, words);
    processes.push(served);
    return { served, url: await served.line() };
  };
  try {
    const first = await serve();
    const location = await startTrip(first.url);
    await Promise.race([participants.firstCharge, untilRest(`${first.url}${location}`)]);
    deepStrictEqual(participants.charges.size, 1, "The saga ended before its charge.");
    await first.served.kill();
    const second = await serve();
    const saga = await untilRest(`${second.url}${location}`);
    deepStrictEqual({ status: saga.status, state: saga.state }, { status: "completed", state: "COMPLETED" });
    // The second process sent the charge again, under the key that the bank has an answer for.
    deepStrictEqual([...participants.charges.values()], [2]);
    deepStrictEqual((await eventsOf(`${second.url}${location}`)).includes("resumed"), true);
    await second.served.stop();
  } finally {
    await Promise.all(processes.map((each) => each.kill()));
    await participants.stop();
    await rm(place, { recursive: true, force: true });
  }
}

/** Starts a trip without waiting for its end. Returns the path of its saga. */
async function startTrip(url: string): Promise<string> {
  const headers = { "content-type": "application/json", prefer: "respond-async", "idempotency-key": "ada-1" };
  const body = JSON.stringify({ traveller: "Ada", nights: 2 });
  const reply = await fetch(`${url}/saga/trip`, { method: "POST", headers, body });
  await reply.body?.cancel();
  deepStrictEqual(reply.status, 202);
  return reply.headers.get("location") ?? "";
}

const sagaView = z.object({ status: z.string(), state: z.string() });

async function untilRest(url: string): Promise<z.output<typeof sagaView>> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const saga = sagaView.parse(await (await fetch(url)).json());
    if (saga.status !== "running") return saga;
    await setTimeout(POLL_MS);
  }
  throw new Error("The saga did not come to its end.");
}

const eventsView = z.object({ items: z.array(z.object({ type: z.string() })) });

async function eventsOf(url: string): Promise<readonly string[]> {
  return eventsView.parse(await (await fetch(`${url}/events`)).json()).items.map(({ type }) => type);
}
