import { type Listening, listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Signals } from "./signals.ts";

/** Every request that came: its key and its body. */
let received: { readonly key: string | null; readonly body: unknown }[];
let lines: string[];
/** The statuses of the answers, in order; the last one stays. */
let statuses: number[];
/** Called with each request, before its answer. */
let onReceived: () => void;
let receiver: Listening;
let signals: Signals;

beforeEach(async () => {
  received = [];
  lines = [];
  statuses = [202];
  onReceived = () => undefined;
  const fetch = async (request: Request) => {
    received.push({ key: request.headers.get("idempotency-key"), body: await request.json() });
    onReceived();
    const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 202;
    return Response.json({ type: `answer-${status}` }, { status });
  };
  receiver = await listen({ fetch, host: "127.0.0.1", port: 0 });
  signals = new Signals({ log: (line) => void lines.push(line), backoffMsBase: 1 });
});
afterEach(async () => {
  signals.clear();
  await receiver.close();
});

const paid = () => ({ url: `${receiver.url}/signals/7`, key: "payments/7", body: { is_paid: true } });
const states = () => signals.items.map(({ state, status, attempts }) => [state, status, attempts]);

describe("a signal", () => {
  it("is sent again, the same under the same key, until it is accepted", async () => {
    statuses = [503, 404, 422, 202];
    signals.send(paid());
    await expect.poll(states).toEqual([["accepted", 202, 4]]);
    expect(received).toEqual(Array.from({ length: 4 }, () => ({ key: '"payments/7"', body: { is_paid: true } })));
    expect(lines).toEqual([]);
  });

  it("is not sent again when it was too late, and a line says so", async () => {
    statuses = [409];
    signals.send(paid());
    await expect.poll(states).toEqual([["late", 409, 1]]);
    expect(lines).toEqual([expect.stringMatching(/payments\/7 .* was late: 409 {"type":"answer-409"}/)]);
  });

  it("is sent again while nobody listens", async () => {
    const { port } = receiver;
    await receiver.close();
    signals.send(paid());
    await expect.poll(() => signals.items[0]?.attempts).toBeGreaterThan(0);
    receiver = await listen({ fetch: () => Response.json({}), host: "127.0.0.1", port });
    await expect.poll(states).toEqual([["accepted", 200, expect.any(Number)]]);
  });

  it("comes twice, late or never where a fault says so", async () => {
    signals.send(paid(), { fault: "signal_never" });
    signals.send(paid(), { fault: "signal_twice" });
    await expect.poll(states).toEqual([["not sent", null, 0], ...Array.from({ length: 2 }, () => ["accepted", 202, 1])]);
    signals.send(paid(), { fault: "signal_late", delay_ms: 3_600_000 });
    expect(states().at(-1)).toEqual(["under way", null, 0]);
    expect(received).toHaveLength(2);
  });

  it("is not delayed with the request that it is about", async () => {
    signals.send(paid(), { fault: "delay", delay_ms: 3_600_000 });
    await expect.poll(states).toEqual([["accepted", 202, 1]]);
  });

  it("is forgotten by a reset, also while it waits for its answer", async () => {
    onReceived = () => signals.clear();
    signals.send(paid());
    await expect.poll(() => received.length).toBe(1);
    onReceived = () => undefined;
    // Another trip there and back: the first one has ended by then.
    await (await fetch(receiver.url, { method: "POST", body: "{}" })).body?.cancel();
    expect(states()).toEqual([]);
  });

  it("is forgotten by a reset, also while it is to be sent again", async () => {
    statuses = [503];
    signals.send(paid());
    await expect.poll(() => received.length).toBeGreaterThan(0);
    signals.clear();
    expect(states()).toEqual([]);
    statuses = [202];
    signals.send({ ...paid(), key: "next" });
    await expect.poll(states).toEqual([["accepted", 202, 1]]);
    expect(received.filter(({ key }) => key === '"next"')).toHaveLength(1);
  });
});
