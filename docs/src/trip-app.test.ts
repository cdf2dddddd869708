import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { type Listening, listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { makeTripApp } from "./trip-app.ts";

const at = { host: "127.0.0.1", port: 0 };

let directory: string;
let participants: Listening[];
/** The requests that the participants received, in order. */
let calls: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trip-"));
  participants = [];
  calls = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(participants.map((participant) => participant.close()));
  rmSync(directory, { recursive: true });
});

async function participant(answers: Readonly<Record<string, () => Response>>): Promise<string> {
  const app = new Hono().post("/*", async ({ req }) => {
    const key = req.header("idempotency-key")?.replaceAll('"', "").split("/").slice(1).join("/");
    calls.push(`${req.path} ${key} ${JSON.stringify(await req.json())}`);
    return answers[req.path]?.() ?? new Response(null, { status: 404 });
  });
  const listening = await listen({ fetch: (request) => app.fetch(request), ...at });
  participants.push(listening);
  return listening.url;
}

const body = JSON.stringify({ traveller: "Ada", nights: 2 });

/** The app with these participants, and a reply to one start. */
async function start(hotel: string, bank: string) {
  const { app, stop } = await makeTripApp(join(directory, "journal.sqlite"), hotel, bank, (error) => {
    throw error;
  });
  const response = await app.request("/api/saga/trip", { method: "POST", headers: { "content-type": "application/json" }, body });
  return { app, stop, response };
}

async function orderTrip(charge: () => Response) {
  const hotel = await participant({ "/rooms": () => Response.json({ room_id: 7 }), "/rooms/7/cancel": () => Response.json({}) });
  const bank = await participant({ "/charges": charge });
  const { app, stop, response } = await start(hotel, bank);
  const apart = { "content-type": "application/json", prefer: "respond-async" };
  const location = (await app.request("/api/saga/trip", { method: "POST", headers: apart, body })).headers.get("location") ?? "";
  const found = (await app.request(location)).status;
  const { servers } = z.looseObject({ servers: z.unknown() }).parse(await (await app.request("/api/openapi.json")).json());
  const diagram = await (await app.request("/api/definitions/trip/diagram")).text();
  await stop();
  return { status: response.status, body: await response.json(), diagram, found, servers };
}

describe("the trip saga in an app of its own", () => {
  it("books the room and charges the card", async () => {
    const { status, body, diagram, found, servers } = await orderTrip(() => Response.json({ receipt_id: 3 }));
    expect([status, body]).toEqual([200, expect.objectContaining({ receipt_id: 3, status: "OK", state: "COMPLETED" })]);
    expect(calls.slice(0, 2)).toEqual([
      '/rooms book-room/run {"traveller":"Ada","nights":2}',
      '/charges charge-card/run {"traveller":"Ada","amount":160}',
    ]);
    expect([found, servers]).toEqual([200, [expect.objectContaining({ url: "/api" })]]);
    expect(diagram).toContain("BOOKING --> CHARGING: Booked");
  });

  it("frees the room when the card is declined", async () => {
    const { status, body } = await orderTrip(() => Response.json({ error: "no funds" }, { status: 402 }));
    expect([status, body]).toEqual([
      409,
      expect.objectContaining({ type: "saga-cancelled", reason: "402 no funds", rolled_back: ["book-room"] }),
    ]);
    expect(calls).toContain("/rooms/7/cancel book-room/rollback {}");
  });

  it("answers 503 after its attempts when nothing listens at the hotel: nothing was booked", async () => {
    // No wait between the attempts.
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { stop, response } = await start("http://127.0.0.1:1", "http://127.0.0.1:1");
    await stop();
    expect([response.status, await response.json()]).toEqual([
      503,
      expect.objectContaining({ reason: expect.stringMatching(/^no connection: /), rolled_back: [] }),
    ]);
  });

  it("has fewer than sixty lines", () => {
    const lines = readFileSync(join(import.meta.dirname, "trip-app.ts"), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeLessThan(60);
  });
});
