import { done, type Outcome, UnreadableSaga, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { bodyOf, setUp } from "../testing/seat-app.ts";

const settle = () => new Promise((resolve) => setTimeout(resolve));
const stream = { accept: "text/event-stream" };

/** Reads a stream a message at a time. */
function reading(response: Response) {
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error("There is no stream.");
  const next = async () => {
    const { value, done: isOver } = await reader.read();
    return isOver ? "over" : value.trim();
  };
  return { next, cancel: () => reader.cancel() };
}

function dataOf(message: string): unknown {
  const line = message.split("\n").find((each) => each.startsWith("data: "));
  return JSON.parse(line?.slice("data: ".length) ?? "null");
}

/** A saga whose payment is under way until the test answers it. */
async function paying() {
  const parts = setUp();
  const payment = Promise.withResolvers<Outcome<{ readonly ticket: number }>>();
  parts.answers.pay = () => payment.promise;
  const { saga_id } = await bodyOf(await parts.start({ prefer: "respond-async" }));
  await settle();
  return { ...parts, payment, path: `/sagas/${String(saga_id)}` };
}

describe("the events of a saga", () => {
  it("are told as they happen, with their number, until the saga ends", async () => {
    const { request, path, payment, getJson } = await paying();
    const { items } = await getJson(`${path}/events`);
    const { next } = reading(await request(`${path}/events`, { headers: stream }));
    expect(await next()).toBe(": open");
    const told: unknown[] = [];
    for (let count = 1; count <= 3; count += 1) {
      const message = await next();
      expect(message).toContain(`id: ${count}`);
      told.push(dataOf(message));
    }
    expect(told).toEqual(items);
    payment.resolve(done({ ticket: 7 }));
    const last = await next();
    expect(dataOf(last)).toMatchObject({ seq: 4, type: "answered", step: "pay", data: { state: "COMPLETED" } });
    expect(await next()).toBe("over");
  });

  it("go on after Last-Event-ID, and are over at once for one that has seen the end", async () => {
    const { request, path, payment } = await paying();
    payment.resolve(done({ ticket: 7 }));
    await settle();
    const resumed = reading(await request(`${path}/events`, { headers: { ...stream, "last-event-id": "3" } }));
    expect([await resumed.next(), dataOf(await resumed.next()), await resumed.next()]).toEqual([
      ": open",
      expect.objectContaining({ seq: 4 }),
      "over",
    ]);
    const seen = await request(`${path}/events`, { headers: { ...stream, "last-event-id": "4" } });
    expect(seen.status).toBe(204);
    for (const id of ["four", "5"]) {
      const wrong = await request(`${path}/events`, { headers: { ...stream, "last-event-id": id } });
      expect(await bodyOf(wrong)).toMatchObject({ status: 422, errors: [{ pointer: "Last-Event-ID" }] });
    }
  });

  it("go on while a saga needs a human", async () => {
    const { request, post, path, payment, clock } = await paying();
    payment.resolve(unknown("key misused", { defect: true }));
    await settle();
    const { next } = reading(await request(`${path}/events`, { headers: { ...stream, "last-event-id": "3" } }));
    expect([await next(), dataOf(await next())]).toEqual([": open", expect.objectContaining({ seq: 4 })]);
    clock.advanceBy(1);
    await post(`${path}/resolve`, { step: "pay", applied: true, result: { ticket: 1 }, note: "seen there" });
    expect([dataOf(await next()), await next()]).toEqual([expect.objectContaining({ seq: 5, type: "resolved" }), "over"]);
  });

  it("have a heartbeat while nothing happens", async () => {
    const { request, path, clock } = await paying();
    // Its deadline is the last that happens by itself.
    clock.advanceBy(20_000);
    const { next, cancel } = reading(await request(`${path}/events`, { headers: { ...stream, "last-event-id": "4" } }));
    expect(await next()).toBe(": open");
    const beat = next();
    await settle();
    clock.advanceBy(15_000);
    expect(await beat).toBe(": heartbeat");
    await cancel();
  });

  it("cost nothing once their reader has gone, or reads no more", async () => {
    const { request, path, clock } = await paying();
    const gone = reading(await request(`${path}/events`, { headers: stream }));
    await gone.next();
    await gone.cancel();
    const response = await request(`${path}/events`, { headers: stream });
    await settle();
    // It has not taken what there is: after a minute it is taken for gone.
    clock.advanceBy(60_000);
    await settle();
    const { next } = reading(response);
    while ((await next()) !== "over");
    // Nobody waits for a heartbeat or a reader any more.
    expect(clock.waiting).toBe(0);
  });

  it("of a saga that cannot be read are a problem, and no stream", async () => {
    const { request, engine } = setUp();
    engine.get = () => Promise.reject(new UnreadableSaga("corrupt"));
    const response = await request("/sagas/00000000-0000-7000-8000-000000000001/events", { headers: stream });
    expect([response.status, (await bodyOf(response))["type"]]).toEqual([500, "saga-unreadable"]);
  });

  it.for<[string, string, string]>([
    ["GET", "text/event-stream", "text/event-stream"],
    ["GET", "application/json;q=0.1, text/event-stream;q=0.9", "text/event-stream"],
    ["GET", "application/json, text/event-stream;q=0.5", "application/json"],
    ["GET", "text/event-stream;q=0", "application/json"],
    ["GET", "*/*", "application/json"],
    ["HEAD", "text/event-stream", "application/json"],
  ])("as %s with Accept: %s are %s", async ([method, accept, type]) => {
    const { request, path } = await paying();
    const response = await request(`${path}/events`, { method, headers: { accept } });
    expect(response.headers.get("content-type")).toContain(type);
    await response.body?.cancel();
  });

  it("of a saga that there is not are a 404", async () => {
    const response = await setUp().request("/sagas/00000000-0000-7000-8000-000000000009/events", { headers: stream });
    expect([response.status, (await bodyOf(response))["type"]]).toEqual([404, "not-found"]);
  });
});

describe("the stream of all sagas", () => {
  it("goes on where one cannot be read", async () => {
    const { request, start, engine } = setUp();
    const { next, cancel } = reading(await request("/sagas?status=completed", { headers: stream }));
    expect(await next()).toBe(": open");
    const get = engine.get.bind(engine);
    engine.get = (id) => (id.endsWith("1") ? Promise.reject(new UnreadableSaga("corrupt")) : get(id));
    await (await start()).body?.cancel();
    const { saga_id } = await bodyOf(await start());
    expect(dataOf(await next())).toMatchObject({ saga_id });
    await cancel();
  });

  it("tells each saga that changes, as it then is, where it fits the filter", async () => {
    const { request, start } = setUp();
    const { next, cancel } = reading(await request("/sagas?status=completed", { headers: stream }));
    expect(await next()).toBe(": open");
    const { saga_id } = await bodyOf(await start());
    expect(dataOf(await next())).toMatchObject({ saga_id, status: "completed" });
    await cancel();
  });

  it("keeps of a slow reader's sagas only which have changed, and says when it missed some", async () => {
    const { request, start, engine } = setUp({ sagasInFlightMax: 2_000 });
    const { next, cancel } = reading(await request("/sagas", { headers: stream }));
    expect(await next()).toBe(": open");
    const events: string[] = [];
    engine.subscribe(({ saga }) => events.push(saga.id));
    for (let count = 0; count < 1_020; count += 1) await (await start()).body?.cancel();
    let message = await next();
    while (!message.startsWith("event: reset")) {
      expect(dataOf(message)).toMatchObject({ status: expect.any(String) });
      message = await next();
    }
    expect(events.length).toBeGreaterThan(3_000);
    await cancel();
  });
});
