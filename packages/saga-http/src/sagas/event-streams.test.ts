import { Hono } from "hono";
import { SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Caller } from "../access/access.ts";
import { readToEnd, watchEnd } from "../testing/event-stream.ts";
import { settle } from "../testing/seat-app.ts";
import { type EventSource, renderComment } from "./event-source.ts";
import { EventStreams } from "./event-streams.ts";

const news = renderComment("news");

/** Streams, each with a source of its own that says how often it was read. */
function setUpStreams(streamsPerAddressMax = 0) {
  const clock = new SimulatedClock();
  const errors: unknown[] = [];
  const cut: string[] = [];
  const connectionOf = (bindings: unknown) => {
    const { address } = z.object({ address: z.string() }).parse(bindings);
    return { address, close: () => void cut.push(address) };
  };
  const streams = new EventStreams({ clock, onError: (error) => errors.push(error), connectionOf, streamsPerAddressMax });
  const open = async (address: string, parts: Partial<EventSource> = {}, caller: Caller = {}) => {
    let reads = 0;
    let hasNews = false;
    let onChange: () => void = () => undefined;
    const source: EventSource = {
      watch: (call) => {
        onChange = call;
        return () => undefined;
      },
      hasLostSome: () => false,
      next: async () => {
        reads += 1;
        if (!hasNews) return undefined;
        hasNews = false;
        return { bytes: news, hasMore: false };
      },
      ...parts,
    };
    const app = new Hono();
    app.get("/", (context) => streams.open(context, caller, () => source));
    app.onError((error) => new Response(error.message, { status: 503 }));
    const reply = await app.request("/", {}, { address });
    const tell = () => {
      hasNews = true;
      onChange();
    };
    return { reply, tell, reads: () => reads };
  };
  return { clock, errors, cut, open };
}

describe("many event streams", () => {
  it("are written to twenty-five at a time, however many have news", async () => {
    const { clock, open } = setUpStreams();
    const opened: Awaited<ReturnType<typeof open>>[] = [];
    for (let count = 0; count < 60; count += 1) opened.push(await open(String(count)));
    const readers = opened.map(({ reply }) => readToEnd(reply));
    const reads = () => opened.reduce((sum, each) => sum + each.reads(), 0);
    await settle();
    // Each looks once whether there is something from before.
    clock.advanceBy(200);
    await settle();
    const before = reads();
    for (const { tell } of opened) tell();
    const turns: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      clock.advanceBy(turn === 0 ? 0 : 50);
      await settle();
      turns.push(reads() - before);
    }
    expect(turns).toEqual([25, 50, 60, 60]);
    expect(readers).toHaveLength(60);
  });

  it("cost nothing while their readers take nothing: their sources are not read", async () => {
    const { clock, open } = setUpStreams();
    const { reply, tell, reads } = await open("silent");
    const reader = reply.body?.getReader();
    await reader?.read();
    for (let count = 0; count < 10; count += 1) {
      tell();
      clock.advanceBy(1_000);
      await settle();
    }
    expect(reads()).toBe(0);
    const next = reader?.read();
    await settle();
    clock.advanceBy(50);
    expect((await next)?.value).toEqual(news);
  });

  it("are cut when their readers took nothing for a minute, or are behind the backlog", async () => {
    const { clock, cut, open } = setUpStreams();
    await open("silent");
    clock.advanceBy(59_000);
    expect(cut).toEqual([]);
    clock.advanceBy(1_000);
    expect(cut).toEqual(["silent"]);
    await open("behind", { hasLostSome: () => true });
    clock.advanceBy(1_000);
    expect(cut).toEqual(["silent", "behind"]);
    expect(clock.waiting).toBe(0);
  });

  it("are limited for each address, until one of them is closed", async () => {
    const { open } = setUpStreams(2);
    const [first] = [await open("10.0.0.1"), await open("10.0.0.1")];
    const refused = await open("10.0.0.1");
    expect([refused.reply.status, await refused.reply.text()]).toEqual([
      503,
      expect.stringContaining("10.0.0.1 has 2 event streams"),
    ]);
    expect((await open("10.0.0.2")).reply.status).toBe(200);
    await first?.reply.body?.cancel();
    expect((await open("10.0.0.1")).reply.status).toBe(200);
  });

  it("are a thousand at most, also where an address has no limit", async () => {
    const { open } = setUpStreams();
    for (let count = 0; count < 1_000; count += 1) await open("10.0.0.1");
    const { reply } = await open("10.0.0.1");
    expect([reply.status, await reply.text()]).toEqual([503, expect.stringContaining("1000 event streams are open")]);
  });

  it("end, and the error is told, when their source fails", async () => {
    const { clock, errors, open } = setUpStreams();
    const { reply } = await open("one", { next: () => Promise.reject(new Error("broken")) });
    const text = reply.text();
    await settle();
    clock.advanceBy(50);
    expect(await text).toBe(": open\n\n");
    expect(errors).toEqual([new Error("broken")]);
  });

  it.for<[string, () => Promise<boolean>, boolean]>([
    ["goes on while its reader may read it", async () => true, false],
    ["ends within a minute once its reader may not", async () => false, true],
    ["ends where it cannot be found out", () => Promise.reject(new Error("a defect")), true],
  ])("%s", async ([, isStillAllowed, isOver]) => {
    const { clock, open } = setUpStreams();
    const { reply } = await open("one", {}, { isStillAllowed });
    const { pass, hasEnded, ended } = watchEnd(reply, clock);
    await pass(58);
    expect(hasEnded()).toBe(false);
    await pass(3);
    expect(hasEnded()).toBe(isOver);
    if (isOver) await ended;
  });
});
