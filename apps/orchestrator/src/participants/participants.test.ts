import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Outcome } from "saga-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Payments } from "./payments.ts";
import { StoreManager } from "./store-manager.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
let url: string;
let answer: Answer;
let requests: {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}[];

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
      answer(response, request);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

afterEach(async () => {
  server.closeAllConnections();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  await promise;
});

const attempt = { key: "saga/step/run" };
/** For what hangs, not for what is slow on a busy machine. */
const callTimeoutMs = 30_000;
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => {
  return (response) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};

function pay(options: { readonly url?: string; readonly callTimeoutMs?: number } = {}): Promise<Outcome<object>> {
  const payments = new Payments({ url, keyed: true, callTimeoutMs, ...options });
  return payments.createPayment({ user_id: 1, order_id: 7, total_amount: 99.53 }, attempt);
}

function store(): StoreManager {
  return new StoreManager({ url, keyed: true, callTimeoutMs });
}

describe("a call", () => {
  it("carries its key, the trace context and exactly its members, on a connection of its own", async () => {
    answer = json(201, { payment_id: 3 });
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=1" };
    const payments = new Payments({ url, keyed: true, callTimeoutMs });
    expect(await payments.createPayment({ user_id: 1, order_id: 7, total_amount: 99.53 }, { ...attempt, trace })).toEqual({
      outcome: "done",
      result: { payment_id: 3 },
    });
    expect(requests).toMatchObject([
      {
        method: "POST",
        path: "/payments",
        body: '{"user_id":1,"order_id":7,"total_amount":99.53}',
        headers: { ...trace, "idempotency-key": '"saga/step/run"', "content-type": "application/json", connection: "close" },
      },
    ]);
  });

  it.for<[string, Answer]>([
    ["no answer", () => undefined],
    ["half an answer", (response) => response.writeHead(201, { "content-length": "20" }).write('{"pay')],
  ])("with %s in time is in doubt, and is sent once", async ([, hang]) => {
    answer = hang;
    expect(await pay({ callTimeoutMs: 300 })).toEqual({ outcome: "unknown", reason: "no answer within 300 ms" });
    await expect.poll(() => requests).toHaveLength(1);
  });

  const failures: readonly (readonly [string, Answer, string])[] = [
    ["a connection cut before the answer", (response) => response.destroy(), "unknown"],
    [
      "a connection cut within the answer",
      (response) => response.writeHead(201, { "content-length": "20" }).write('{"pay', () => response.destroy()),
      "unknown",
    ],
    ["an answer that is too large", json(201, { payment_id: 3, more: "x".repeat(70_000) }), "unknown"],
    [
      "an answer that is too large when it is unpacked",
      (response) =>
        response
          .writeHead(201, { "content-encoding": "gzip" })
          .end(gzipSync(`{"payment_id":3,"more":"${"x".repeat(5_000_000)}"}`)),
      "unknown",
    ],
    ["a redirect, which is not followed", (response) => response.writeHead(307, { location: "/elsewhere" }).end(), "unknown"],
    ["an answer that is not HTTP", (response) => response.socket?.end("what?\r\n\r\n"), "unknown"],
  ];

  it.for(failures)("with %s is in doubt, and is sent once", async ([, failure, outcome]) => {
    answer = failure;
    expect((await pay()).outcome).toBe(outcome);
    expect(requests).toHaveLength(1);
  });

  it("is sent once also when this process keeps a connection to the participant open", async () => {
    answer = json(200, {});
    for (let kept = 0; kept < 3; kept += 1) await (await fetch(url)).text();
    answer = (response) => response.destroy();
    expect((await pay()).outcome).toBe("unknown");
    expect(requests.filter(({ path }) => path === "/payments")).toHaveLength(1);
  });

  it.for<[string, string]>([
    ["nothing listens there", "http://127.0.0.1:1"],
    ["no such name exists", "http://participant.invalid"],
    ["it does not speak TLS", "https"],
  ])("to an address where %s certainly had no effect", async ([, address]) => {
    answer = json(201, { payment_id: 3 });
    const unreachable = address === "https" ? url.replace("http:", "https:") : address;
    expect(await pay({ url: unreachable })).toMatchObject({ outcome: "unavailable" });
    expect(requests).toHaveLength(0);
  });

  it.for<[string, (date: Date) => string, number, number]>([
    ["seconds", () => "7", 7_000, 7_000],
    ["a date", (date) => new Date(date.getTime() + 60_000).toUTCString(), 1, 60_000],
    ["a date that has passed", (date) => new Date(date.getTime() - 60_000).toUTCString(), 0, 0],
  ])("told to come back by %s is", async ([, value, least, most]) => {
    answer = json(503, {}, { "retry-after": value(new Date()) });
    const outcome = await pay();
    expect(outcome.outcome).toBe("unavailable");
    const wait = outcome.outcome === "unavailable" ? (outcome.retryAfterMs ?? -1) : -1;
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
  });
});

describe("a Retry-After that is none", () => {
  it.for(["-5", "1.5", "soon", "2026-01-01"])("%s leaves the outcome in doubt", async (value) => {
    answer = json(503, {}, { "retry-after": value });
    expect((await pay()).outcome).toBe("unknown");
  });
});

describe("the Store Manager's client", () => {
  it.for<[string, unknown, string]>([
    ["an unknown product", { error: "Product ID 999 not found in database." }, "rejected"],
    ["no items", { error: "Cannot create order. An order must have 1 or more items." }, "rejected"],
    ["an unknown user", { error: "(mysql) 1452: a foreign key constraint fails (`store`)" }, "rejected"],
    ["any other failure, which may have come after the commit", { error: "Error 111 connecting to redis:6379." }, "unknown"],
  ])("reads a 500 about %s", async ([, body, outcome]) => {
    answer = json(500, body);
    expect((await store().createOrder({ user_id: 1, items: [] }, attempt)).outcome).toBe(outcome);
  });

  it("takes an order that is already gone for deleted, and no other 404", async () => {
    answer = json(404, { deleted: false });
    expect(await store().deleteOrder(7, attempt)).toEqual({ outcome: "done", result: {} });
    answer = (response) => response.writeHead(404).end();
    expect((await store().deleteOrder(7, attempt)).outcome).toBe("unavailable");
    answer = json(200, { deleted: false });
    expect((await store().deleteOrder(7, attempt)).outcome).toBe("unknown");
  });

  it("reads the amount from the strings of the existing service, without a key", async () => {
    answer = json(201, { user_id: "1", total_amount: "2118.99", items: "[]", payment_link: "" });
    expect(await store().readTotalAmount(7, attempt)).toEqual({ outcome: "done", result: { total_amount: 2118.99 } });
    expect(requests[0]?.headers).not.toHaveProperty("idempotency-key");
  });

  it.for<[string, Answer]>([
    ["an unknown order", json(201, {})],
    ["an amount that is none", json(201, { total_amount: "many" })],
    ["a failure", json(500, { error: "no" })],
    ["a cut connection", (response) => response.destroy()],
  ])("reads no amount from %s: the reading may be repeated", async ([, reply]) => {
    answer = reply;
    expect((await store().readTotalAmount(7, attempt)).outcome).toBe("unavailable");
  });

  it("moves stock down and up", async () => {
    answer = json(201, { result: "OK" });
    const items = [{ product_id: 1, quantity: 2 }];
    expect(await store().decreaseStock(items, attempt)).toEqual({ outcome: "done", result: {} });
    expect(await store().increaseStock(items, attempt)).toEqual({ outcome: "done", result: {} });
    expect(requests.map(({ body }) => body)).toEqual([
      '{"items":[{"product_id":1,"quantity":2}],"operation":"-"}',
      '{"items":[{"product_id":1,"quantity":2}],"operation":"+"}',
    ]);
  });
});
