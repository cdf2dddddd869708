import type { FoundSaga, SagaListener } from "saga-core";
import { SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { dataOf, readMessages, stream } from "../testing/event-stream.ts";
import { bodyOf, setUp } from "../testing/seat-app.ts";
import { ChangedSagas } from "./changed-sagas.ts";
import { EventHub } from "./event-hub.ts";

describe("the stream of GET /sagas", () => {
  it("sends each changed saga that fits the filter, as it is after the change", async () => {
    const { request, start, clock } = setUp();
    const { next, cancel } = readMessages(await request("/sagas?status=completed", { headers: stream }), clock);
    expect(await next()).toBe(": open");
    const { saga_id } = await bodyOf(await start());
    expect(dataOf(await next())).toMatchObject({ saga_id, status: "completed" });
    await cancel();
  });

  it("subscribes to the engine only while it has a reader", async () => {
    const { request, engine, clock } = setUp();
    let subscriptions = 0;
    engine.subscribe = () => {
      subscriptions += 1;
      return () => {
        subscriptions -= 1;
      };
    };
    const readers = [await request("/sagas", { headers: stream }), await request("/sagas?text=1", { headers: stream })];
    expect(subscriptions).toBe(1);
    for (const reader of readers) await reader.body?.cancel();
    expect([subscriptions, clock.waiting]).toEqual([0, 0]);
  });
});

describe("the changes that all readers share", () => {
  it("compares a change once with each filter and renders it once, however many readers there are", async () => {
    const { source, change, looks, pass } = await setUpChanges();
    const readers = Array.from({ length: 1_000 }, () => source({}));
    Array.from({ length: 1_000 }, () => source({ text: "nowhere" }));
    change();
    pass();
    const read = await Promise.all(readers.map((reader) => reader.next()));
    expect(new Set(read).size).toBe(1_000);
    const bytes = read.map((messages) => (messages === "end" ? undefined : messages?.bytes));
    expect(new Set(bytes).size).toBe(1);
    // Two comparisons, and one view.
    expect(looks()).toBe(2 + 1);
  });

  it("does not render a change that fits no filter", async () => {
    const { source, change, looks, pass } = await setUpChanges();
    const reader = source({ text: "nowhere" });
    change();
    pass();
    expect([await reader.next(), looks()]).toEqual([undefined, 1]);
  });

  it("renders a saga once that changes again before it is rendered", async () => {
    const { source, change, looks, pass } = await setUpChanges();
    const reader = source({});
    change();
    pass();
    expect(await reader.next()).toMatchObject({ hasMore: false });
    const before = looks();
    for (let count = 0; count < 5; count += 1) change();
    pass();
    expect(await reader.next()).toMatchObject({ hasMore: false });
    expect(looks() - before).toBe(2);
  });

  it("keeps a bounded backlog: a reader that has fallen further behind gets a reset and its end, another one everything", async () => {
    const { source, change, pass } = await setUpChanges("x".repeat(100_000));
    const [slow, fast] = [source({}), source({})];
    for (let count = 0; count < 20; count += 1) {
      change();
      pass();
      expect(await fast.next()).toMatchObject({ hasMore: false });
    }
    expect([slow.hasLostSome(), fast.hasLostSome()]).toEqual([true, false]);
    expect(await slow.next()).toMatchObject({ bytes: new TextEncoder().encode("event: reset\ndata: {}\n\n") });
    expect(await slow.next()).toBe("end");
    expect(await fast.next()).toBeUndefined();
  });

  it("gives a reader a part of its backlog at a time, never nothing", async () => {
    const { source, change, pass } = await setUpChanges("x".repeat(40_000));
    const reader = source({});
    for (let count = 0; count < 3; count += 1) {
      change();
      pass();
    }
    expect([await reader.next(), await reader.next(), await reader.next(), await reader.next()]).toEqual([
      expect.objectContaining({ hasMore: true }),
      expect.objectContaining({ hasMore: true }),
      expect.objectContaining({ hasMore: false }),
      undefined,
    ]);
  });

  it("resets all readers when more sagas change than it can render", async () => {
    const { source, change, pass } = await setUpChanges();
    const reader = source({});
    for (let count = 0; count <= 10_000; count += 1) change(String(count));
    pass();
    expect(reader.hasLostSome()).toBe(true);
  });
});

/** The changes of one saga, whose input is looked at once by each comparison and each view. */
async function setUpChanges(text = "x") {
  const { start, engine } = setUp();
  const found = await engine.get(String((await bodyOf(await start()))["saga_id"]));
  if (!found) throw new Error("The saga is gone.");
  const clock = new SimulatedClock();
  let notify: SagaListener = () => undefined;
  const subscribe = (listener: SagaListener) => {
    notify = listener;
    return () => undefined;
  };
  const changes = new ChangedSagas({ clock, hub: new EventHub({ subscribe }) });
  const source = (filter: Parameters<ChangedSagas["source"]>[0]) => {
    const made = changes.source(filter);
    made.watch(() => undefined);
    return made;
  };
  let [seq, looks] = [10, 0];
  const change = (id = found.saga.id) => {
    seq += 1;
    const input = { text };
    const saga: FoundSaga["saga"] = {
      ...found.saga,
      id,
      seq,
      get input() {
        looks += 1;
        return input;
      },
    };
    notify({ ...found, saga }, { type: "resumed", at: clock.now() });
  };
  return { source, change, looks: () => looks, pass: () => clock.advanceBy(3_000) };
}
