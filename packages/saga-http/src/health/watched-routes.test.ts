import { describe, expect, it } from "vitest";
import { readMessages, stream } from "../testing/event-stream.ts";
import { setUp } from "../testing/seat-app.ts";

describe("GET /metrics", () => {
  it("gives the text of the host's metrics, with its type", async () => {
    const contentType = "text/plain; version=0.0.4; charset=utf-8";
    const { request } = setUp({ web: { metrics: { contentType, text: async () => "saga_streams 0\n" } } });
    const reply = await request("/metrics");
    expect([reply.status, reply.headers.get("content-type"), await reply.text()]).toEqual([200, contentType, "saga_streams 0\n"]);
  });

  it("is no route where the host has none, nor are GET /version and GET /overview", async () => {
    const { request } = setUp();
    for (const path of ["/metrics", "/version", "/overview"]) expect((await request(path)).status).toBe(404);
  });
});

describe("GET /version", () => {
  it("says what runs, and no commit where it is not known", async () => {
    const build = { name: "seats", version: "1.2.3", runtime: "deno 2.9.6", engine: "embedded" };
    expect(await setUp({ web: { build } }).getJson("/version")).toEqual(build);
    const known = { ...build, commit: "4ec6415" };
    expect(await setUp({ web: { build: known } }).getJson("/version")).toEqual(known);
  });
});

describe("GET /overview", () => {
  it("has a line for each definition and phase that has sagas, with the instant of the oldest", async () => {
    const openCounts = () => [
      { definition: "seat", phase: "in_doubt" as const, count: 2, oldestSince: 0 },
      { definition: "seat", phase: "forward" as const, count: 0 },
    ];
    expect(await setUp({ web: { openCounts } }).getJson("/overview")).toEqual({
      open: [{ definition: "seat", phase: "in_doubt", count: 2, oldest_since: "1970-01-01T00:00:00.000Z" }],
      paused: [],
    });
  });

  it("has what happened lately, how each participant answers, the pauses and the last repairs", async () => {
    const activity = () => ({
      since: 0,
      minutes: [{ at: 0, started: 3, completed: 1, cancelled: 1, needsHuman: 1 }],
      calls: [{ participant: "theatre", from: 0, done: 3, rejected: 1, unavailable: 0, unknown: 1, p50Ms: 4, p95Ms: 90 }],
      repairs: [
        { sagaId: "1", definition: "seat", seq: 4, type: "resolved" as const, at: 5, by: "nadia", step: "book", applied: false },
      ],
    });
    const { getJson, post, start } = setUp({ web: { openCounts: () => [], activity } });
    expect((await start()).status).toBe(200);
    expect((await post("/definitions/seat/pause", { note: "a fire in the theatre", by: "ali" })).status).toBe(200);
    const instant = (ms: string) => `1970-01-01T00:00:00.${ms}Z`;
    expect(await getJson("/overview")).toMatchObject({
      open: [],
      paused: [{ definition: "seat", automatic: false, by: "ali", note: "a fire in the theatre" }],
      since: instant("000"),
      minutes: [{ at: instant("000"), started: 3, completed: 1, cancelled: 1, needs_intervention: 1 }],
      participants: [
        {
          participant: "theatre",
          circuit: "closed",
          calls: { from: instant("000"), done: 3, rejected: 1, unavailable: 0, unknown: 1, p50_ms: 4, p95_ms: 90 },
        },
      ],
      repairs: [
        {
          saga_id: "1",
          definition: "seat",
          seq: 4,
          type: "resolved",
          at: instant("005"),
          by: "nadia",
          step: "book",
          applied: false,
        },
      ],
    });
  });
});

describe("GET /health/ready", () => {
  it("says the state of what the process depends on", async () => {
    const journal = { name: "journal", state: "well", says: "It can be written." } as const;
    const { getJson } = setUp({ web: { dependencies: () => [journal] } });
    expect(await getJson("/health/ready")).toMatchObject({ status: "ready", dependencies: [journal], participants: [] });
  });
});

describe("an event stream", () => {
  it("is told to the host when it opens and when it closes", async () => {
    const changes: string[] = [];
    const { request, clock } = setUp({ web: { onStream: (change) => changes.push(change) } });
    const abort = new AbortController();
    const reply = await request("/sagas", { headers: stream, signal: abort.signal });
    const { next, cancel } = readMessages(reply, clock);
    expect(await next()).toBe(": open");
    expect(changes).toEqual(["opened"]);
    await cancel();
    expect(changes).toEqual(["opened", "closed"]);
  });
});
