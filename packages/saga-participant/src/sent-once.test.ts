import type { Socket } from "node:net";
import type { Outcome } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { HttpParticipant } from "./http-participant.ts";
import { answering, ScriptedParticipant } from "./testing/index.ts";

let participant: ScriptedParticipant;
let sockets: Socket[] = [];
let client: HttpParticipant;

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});
beforeEach(() => {
  participant.reset();
  sockets = [];
  participant.greet = (socket) => sockets.push(socket);
});
afterEach(() => client.close());
afterAll(() => participant.stop());

function connect(connections: "own" | "kept"): void {
  client = new HttpParticipant({ name: "bank", url: participant.url, keyed: true, keepsConnections: connections === "kept" });
}

const receipt = z.object({ receipt_id: z.int() });
const promised = { status: 201, body: { receipt_id: 7 } };

function charge(attempt = sampleAttempt()): Promise<Outcome<object>> {
  return client.call({ method: "POST", path: "charges", body: { amount: 1 }, gives: receipt }, attempt);
}

const calls = {
  GET: {
    send: (): Promise<Outcome<object>> => client.read({ path: "charges/7", gives: receipt }, sampleAttempt()),
    promised,
    inDoubt: "unavailable",
  },
  POST: { send: () => charge(), promised, inDoubt: "unknown" },
} as const;

const cuts = {
  FIN: (socket: Socket) => socket.end(),
  RST: (socket: Socket) => socket.resetAndDestroy(),
} as const;

const rows = (["own", "kept"] as const).flatMap((connections) =>
  (["GET", "POST"] as const).flatMap((method) =>
    (["FIN", "RST"] as const).flatMap((cut) => [
      { connections, method, cut, use: "first" as const },
      { connections, method, cut, use: "second" as const },
    ]),
  ),
);

/** The first use of the connection under test succeeds, if the second one is tried. */
async function prepare(method: keyof typeof calls, use: "first" | "second"): Promise<void> {
  participant.answer = answering(calls[method].promised);
  if (use === "first") return;
  expect((await calls[method].send()).outcome).toBe("done");
  participant.requests = [];
}

describe("a request is sent at most once", () => {
  it.for(rows)(
    "and is in doubt if $cut comes after it: $method, $use request, $connections connections",
    async ({ connections, method, cut, use }) => {
      connect(connections);
      await prepare(method, use);
      participant.answer = (response) => void (response.socket && cuts[cut](response.socket));
      const { outcome } = await calls[method].send();
      expect(participant.requests).toHaveLength(1);
      expect(outcome).toBe(calls[method].inDoubt);
    },
  );

  it.for(rows)(
    "if $cut comes before it: $method, $use request, $connections connections",
    async ({ connections, method, cut, use }) => {
      connect(connections);
      await prepare(method, use);
      if (use === "first") participant.greet = (socket) => cuts[cut](socket);
      // The client does not know of it yet when it sends.
      for (const socket of sockets) if (!socket.destroyed) cuts[cut](socket);
      const read = await calls[method].send();
      const received = participant.requests.length;
      expect(received).toBeLessThanOrEqual(1);
      // Nothing was sent, or it is in doubt, or a new connection served it.
      if (read.outcome !== "done") expect(["unavailable", calls[method].inDoubt]).toContain(read.outcome);
      if (read.outcome === "done") expect(received).toBe(1);
    },
  );
});

describe("a kept connection", () => {
  it("serves one call after another, and as many as there are at once have one each", async () => {
    connect("kept");
    participant.answer = answering(calls.POST.promised);
    for (let call = 0; call < 3; call += 1) expect((await calls.POST.send()).outcome).toBe("done");
    expect(sockets).toHaveLength(1);
    const outcomes = await Promise.all([calls.POST.send(), calls.POST.send(), calls.POST.send()]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    expect(sockets).toHaveLength(3);
  });

  it("is not used again after a call that ended early", async () => {
    connect("kept");
    const deadline = new AbortController();
    participant.answer = (response) => {
      response.writeHead(201, { "content-length": "20" }).write('{"receipt_id"');
      deadline.abort(new DOMException("no answer within 7 ms", "TimeoutError"));
    };
    const cut = await charge(sampleAttempt({ signal: deadline.signal }));
    expect(cut).toEqual({ outcome: "unknown", reason: "no answer within 7 ms" });
    participant.answer = answering(calls.POST.promised);
    expect((await calls.POST.send()).outcome).toBe("done");
    expect(sockets).toHaveLength(2);
  });

  it("sends nothing whose deadline passed while the client was made", async () => {
    connect("kept");
    const deadline = new AbortController();
    const call = charge(sampleAttempt({ signal: deadline.signal }));
    deadline.abort(new DOMException("no answer within 7 ms", "TimeoutError"));
    expect(await call).toEqual({ outcome: "unknown", reason: "no answer within 7 ms" });
    expect(participant.requests).toEqual([]);
    expect(sockets).toEqual([]);
  });

  it("is given up before a participant that announces it closes it", async () => {
    connect("kept");
    // Less than the margin: it is not used again at all.
    participant.answer = answering({ ...calls.POST.promised, headers: { connection: "keep-alive", "keep-alive": "timeout=1" } });
    expect((await calls.POST.send()).outcome).toBe("done");
    expect((await calls.POST.send()).outcome).toBe("done");
    expect(sockets).toHaveLength(2);
  });

  it("is replaced without an error where a participant closes it after each reply", async () => {
    connect("kept");
    participant.answer = answering({ ...calls.POST.promised, headers: { connection: "close" } });
    for (let call = 0; call < 3; call += 1) expect((await calls.POST.send()).outcome).toBe("done");
    expect(sockets).toHaveLength(3);
  });

  it("is closed with its client, also one whose call is under way then", async () => {
    connect("kept");
    participant.answer = (response, request) => {
      void client.close();
      answering(calls.POST.promised)(response, request);
    };
    expect((await calls.POST.send()).outcome).toBe("done");
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    await Promise.all(closed);
  });

  it("cannot be used any more after its client was closed, whether it was idle then or not", async () => {
    connect("kept");
    participant.answer = answering(calls.POST.promised);
    expect((await calls.POST.send()).outcome).toBe("done");
    await client.close();
    for (let call = 0; call < 2; call += 1) expect((await calls.POST.send()).outcome).toBe("done");
    expect(sockets).toHaveLength(3);
  });
});

describe("what this runtime's own pooled fetch does", () => {
  it("is to send a POST again that the participant has received, which is why no call uses it (ADR 6)", async () => {
    connect("own");
    participant.answer = answering({ status: 200, body: {} });
    await (await fetch(participant.url)).text();
    participant.requests = [];
    participant.answer = (response) => response.socket?.end();
    await expect(fetch(participant.url, { method: "POST", body: "{}" })).rejects.toThrow();
    expect(participant.requests.length).toBeGreaterThan(1);
  });
});
