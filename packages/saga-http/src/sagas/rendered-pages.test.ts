import { describe, expect, it } from "vitest";
import { bodyOf, settle, setUp } from "../testing/seat-app.ts";
import { EventHub } from "./event-hub.ts";
import { furtherEvents } from "./further-events.ts";
import { RenderedPages } from "./rendered-pages.ts";

/** The pages of a saga that has ended, and the readings of its history that the test has not let go on. */
async function setUpPages() {
  const { start, engine } = setUp();
  const id = String((await bodyOf(await start()))["saga_id"]);
  const waiting: (() => void)[] = [];
  let readings = 0;
  const history = engine.history.bind(engine);
  engine.history = async (...parameters) => {
    readings += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    await promise;
    return await history(...parameters);
  };
  const hub = new EventHub(engine);
  const pages = new RenderedPages({ engine, hub });
  const source = (after: number) => {
    const made = furtherEvents(id, after, { pages, hub });
    const unwatch = made.watch(() => undefined);
    return { ...made, unwatch };
  };
  /** Lets happen what needs no reading to go on. */
  const pass = async () => {
    for (let turn = 0; turn < 5; turn += 1) await settle();
  };
  const goOn = async () => {
    await pass();
    for (const each of waiting.splice(0)) each();
    await pass();
  };
  return { source, pass, goOn, readings: () => readings };
}

describe("the streams of one saga's events", () => {
  it("read and render a page once, however many readers need it", async () => {
    const { source, pass, goOn, readings } = await setUpPages();
    const read = Array.from({ length: 60 }, () => source(0)).map(({ next }) => next());
    await pass();
    expect(readings()).toBe(1);
    await goOn();
    const all = await Promise.all(read);
    expect(new Set(all.map((messages) => (messages === "end" ? undefined : messages?.bytes))).size).toBe(1);
    expect(readings()).toBe(1);
  });

  it("read two pages at a time, however many readers begin at different events", async () => {
    const { source, pass, goOn, readings } = await setUpPages();
    const read = [0, 1, 2, 3].map((after) => source(after).next());
    await pass();
    expect(readings()).toBe(2);
    await goOn();
    expect(readings()).toBe(4);
    await goOn();
    expect(await Promise.all(read)).toEqual(read.map(() => expect.objectContaining({ hasMore: true })));
  });

  it("do not end before the last event of a saga that ended while they read", async () => {
    const { start, engine } = setUp();
    const id = String((await bodyOf(await start()))["saga_id"]);
    const hub = new EventHub(engine);
    const history = engine.history.bind(engine);
    // Its events were read a moment before it ended.
    engine.history = async () => [];
    const { next } = furtherEvents(id, 2, { pages: new RenderedPages({ engine, hub }), hub });
    expect(await next()).toBeUndefined();
    engine.history = history;
    hub.watch(id, () => undefined)();
    expect(await next()).toMatchObject({ hasMore: true });
    expect(await next()).toBe("end");
  });

  it("read a page again once it is not watched any more, because it may have changed meanwhile", async () => {
    const { source, goOn, readings } = await setUpPages();
    for (const expected of [1, 2]) {
      const { next, unwatch } = source(0);
      const read = next();
      await goOn();
      await read;
      unwatch();
      expect(readings()).toBe(expected);
    }
  });
});
