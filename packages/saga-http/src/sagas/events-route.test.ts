import { done, UnreadableSaga, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dataOf, readMessages, stream } from "../testing/event-stream.ts";
import { bodyOf, settle, setUp, statusAndType, unknownId } from "../testing/seat-app.ts";
import { payingSaga } from "../testing/seat-scenarios.ts";

function listOf(items: unknown): readonly Record<string, unknown>[] {
  return z.array(z.record(z.string(), z.unknown())).parse(items);
}

describe("GET /sagas/{saga_id}/events", () => {
  it("streams the events as they happen, numbered, until the saga ends", async () => {
    const { request, path, payment, getJson, clock } = await payingSaga();
    const { items } = await getJson(`${path}/events`);
    const { next } = readMessages(await request(`${path}/events`, { headers: stream }), clock);
    expect(await next()).toBe(": open");
    const streamed: unknown[] = [];
    for (let count = 1; count <= 3; count += 1) {
      const message = await next();
      expect(message).toContain(`id: ${count}`);
      streamed.push(dataOf(message));
    }
    expect(streamed).toEqual(items);
    payment.resolve(done({ ticket: 7 }));
    const last = await next();
    expect(dataOf(last)).toMatchObject({ seq: 4, type: "answered", step: "pay", data: { state: "COMPLETED" } });
    expect(await next()).toBe("end");
  });

  it("continues a stream after Last-Event-ID, and answers 204 to a client that has seen the last event", async () => {
    const { request, path, payment, clock } = await payingSaga();
    payment.resolve(done({ ticket: 7 }));
    await settle();
    const resumed = readMessages(await request(`${path}/events`, { headers: { ...stream, "last-event-id": "3" } }), clock);
    expect([await resumed.next(), dataOf(await resumed.next()), await resumed.next()]).toEqual([
      ": open",
      expect.objectContaining({ seq: 4 }),
      "end",
    ]);
    const seen = await request(`${path}/events`, { headers: { ...stream, "last-event-id": "4" } });
    expect(seen.status).toBe(204);
    for (const id of ["four", "5"]) {
      const wrong = await request(`${path}/events`, { headers: { ...stream, "last-event-id": id } });
      expect(await bodyOf(wrong)).toMatchObject({ status: 422, errors: [{ pointer: "Last-Event-ID" }] });
    }
  });

  it("gives the events in pages", async () => {
    const { getJson, path, payment } = await payingSaga();
    payment.resolve(done({ ticket: 7 }));
    await settle();
    const { items } = await getJson(`${path}/events`);
    expect(await getJson(`${path}/events?limit=3`)).toEqual({ items: listOf(items).slice(0, 3), next_after: 3 });
    expect(await getJson(`${path}/events?after=3&limit=3`)).toEqual({ items: listOf(items).slice(3), next_after: null });
    expect(await getJson(`${path}/events?after=4`)).toEqual({ items: [], next_after: null });
  });

  it.for(["limit=0", "limit=201", "after=-1", "after=x", "from=1"])(
    "refuses the page ?%s, and names what is wrong",
    async (page) => {
      const { request, path } = await payingSaga();
      const refused = await bodyOf(await request(`${path}/events?${page}`));
      expect(refused).toMatchObject({
        type: "invalid-request",
        errors: [{ pointer: expect.stringContaining(page.split("=")[0] ?? "") }],
      });
    },
  );

  it("shows repeated failures as one event, on a page and on a stream that continues at a number that is gone", async () => {
    const { answers, clock, request, start, getJson } = setUp({ failureRecordsMax: 4 });
    let attempts = 0;
    answers.pay = async () => {
      attempts += 1;
      return attempts <= 20 ? unknown("lost") : done({ ticket: 7 });
    };
    const started = start({ prefer: "respond-async" });
    while (attempts <= 20) {
      await settle();
      clock.advance();
    }
    const path = (await started).headers.get("location") ?? "";
    await settle();
    const items = listOf((await getJson(`${path}/events`))["items"]);
    const compacted = items.filter(({ type }) => type === "compacted");
    expect(compacted[0]).toMatchObject({
      step: "pay",
      data: { action: "run", first: { attempt: 1, outcome: "unknown", reason: "lost" }, state: "PAYING" },
    });
    const failures = compacted.map(({ data }) => z.object({ failures: z.int() }).parse(data).failures);
    const left = items.filter(({ type, step }) => type === "answered" && step === "pay");
    expect(failures.reduce((sum, count) => sum + count, left.length)).toBe(20 + 1);
    const { next } = readMessages(await request(`${path}/events`, { headers: { ...stream, "last-event-id": "6" } }), clock);
    expect(await next()).toBe(": open");
    const further: unknown[] = [];
    for (let message = await next(); message !== "end"; message = await next()) further.push(dataOf(message));
    expect(further).toEqual(items.slice(items.findIndex(({ seq }) => Number(seq) > 6)));
    expect(further[0]).toEqual(compacted[0]);
  });

  it("keeps a stream open while the saga needs a human", async () => {
    const { request, post, path, payment, clock } = await payingSaga();
    payment.resolve(unknown("key misused", { defect: true }));
    await settle();
    const { next } = readMessages(await request(`${path}/events`, { headers: { ...stream, "last-event-id": "3" } }), clock);
    expect([await next(), dataOf(await next())]).toEqual([": open", expect.objectContaining({ seq: 4 })]);
    clock.advanceBy(1);
    await post(`${path}/resolve`, { step: "pay", applied: true, result: { ticket: 1 }, note: "seen there" });
    expect([dataOf(await next()), await next()]).toEqual([expect.objectContaining({ seq: 5, type: "resolved" }), "end"]);
  });

  it("sends a heartbeat while nothing happens", async () => {
    const { request, path, clock } = await payingSaga();
    // The deadline is the last event that happens without the test.
    clock.advanceBy(20_000);
    const { next, cancel } = readMessages(
      await request(`${path}/events`, { headers: { ...stream, "last-event-id": "4" } }),
      clock,
    );
    expect(await next()).toBe(": open");
    const beat = next();
    await settle();
    clock.advanceBy(15_000);
    expect(await beat).toBe(": heartbeat");
    await cancel();
  });

  it("frees a stream whose reader is gone, or reads no more", async () => {
    const { request, path, clock, payment } = await payingSaga();
    const gone = readMessages(await request(`${path}/events`, { headers: stream }), clock);
    await gone.next();
    await gone.cancel();
    const response = await request(`${path}/events`, { headers: stream });
    await settle();
    // The reader reads nothing, so it is disconnected after a minute.
    clock.advanceBy(60_000);
    await settle();
    await expect(readMessages(response, clock).next()).rejects.toThrow("reads too slowly");
    // The saga ends, and with it its own timers.
    payment.resolve(done({ ticket: 7 }));
    await settle();
    // No timer for a heartbeat or a reader is left.
    expect(clock.waiting).toBe(0);
  });

  it("answers with a problem, not with a stream, for a saga that cannot be read", async () => {
    const { request, engine } = setUp();
    engine.get = () => Promise.reject(new UnreadableSaga("corrupt"));
    const response = await request(`/sagas/${unknownId}/events`, { headers: stream });
    expect(await statusAndType(response)).toEqual([500, "saga-unreadable"]);
  });

  it.for<[string, string, string]>([
    ["GET", "text/event-stream", "text/event-stream"],
    ["GET", "application/json;q=0.1, text/event-stream;q=0.9", "text/event-stream"],
    ["GET", "application/json, text/event-stream;q=0.5", "application/json"],
    ["GET", "text/event-stream;q=0", "application/json"],
    ["GET", "*/*", "application/json"],
    ["HEAD", "text/event-stream", "application/json"],
  ])("answers %s with Accept: %s as %s", async ([method, accept, type]) => {
    const { request, path } = await payingSaga();
    const response = await request(`${path}/events`, { method, headers: { accept } });
    expect(response.headers.get("content-type")).toContain(type);
    await response.body?.cancel();
  });

  it("answers 404 for an id that no saga has, also to a client that prefers a stream", async () => {
    const response = await setUp().request(`/sagas/${unknownId}/events`, { headers: stream });
    expect(await statusAndType(response)).toEqual([404, "not-found"]);
  });
});
