import { gzipSync } from "node:zlib";
import { configure, reset } from "@logtape/logtape";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { outcomeOf, outcomeTable } from "../testing/outcomes/outcome-table.ts";
import { type CallName, callNamed, callNames } from "../testing/participants/participant-calls.ts";
import { type Answer, answering, ScriptedParticipant } from "../testing/participants/scripted-participant.ts";

let participant: ScriptedParticipant;
const warnings: string[] = [];

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
  await configure({
    sinks: { memory: (record) => warnings.push(String(record.rawMessage)) },
    loggers: [
      { category: ["orchestrator", "participants"], lowestLevel: "warning", sinks: ["memory"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
});

beforeEach(() => {
  participant.reset();
  warnings.length = 0;
});

afterAll(async () => {
  await reset();
  await participant.stop();
});

/** The timeout ends calls that hang, not calls that are slow on a busy machine. */
const HANG_MS = 30_000;

type Connections = "own" | "kept";

const at = (url: string, connections: Connections, callTimeoutMs = HANG_MS) => ({
  url,
  callTimeoutMs,
  keepsConnections: connections === "kept",
});

const send = (call: CallName, connections: Connections, callTimeoutMs?: number) =>
  callNamed[call].send(at(participant.url, connections, callTimeoutMs));

/** The outcome of a call in doubt. A read changes nothing, so it may be repeated. */
const inDoubt = (call: CallName) => (callNamed[call].isRead ? "unavailable" : "unknown");

const everyClient = <Row extends { readonly call: CallName }>(rows: readonly Row[]) =>
  (["own", "kept"] as const).flatMap((connections) =>
    rows.filter(({ call }) => isTried(call, connections)).map((row) => ({ ...row, connections })),
  );

/** What a reply means does not depend on the connection: kept ones are tried with one call of each kind. */
const isTried = (call: CallName, connections: Connections) => connections === "own" || ONE_OF_EACH_KIND.includes(call);

const ONE_OF_EACH_KIND: readonly CallName[] = ["createPayment", "deleteOrder", "readTotalAmount"];

const everyCall = <Row extends object>(rows: readonly Row[]) =>
  everyClient(callNames.flatMap((call) => rows.map((row) => ({ ...row, call, route: callNamed[call].route }))));

describe("a success with the promised members", () => {
  const successes: readonly { readonly reply: string; readonly change: (call: CallName) => Answer }[] = [
    { reply: "as the service sends it", change: (call) => answering(callNamed[call].promised) },
    { reply: "with another 2xx", change: (call) => answering({ ...callNamed[call].promised, status: 202 }) },
    {
      reply: "with further members",
      change: (call) => answering({ status: 200, body: { ...callNamed[call].promised.body, more: { deep: [1] } } }),
    },
    {
      reply: "compressed",
      change: (call) => (response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(JSON.stringify(callNamed[call].promised.body))),
    },
    {
      reply: "after two informational replies",
      change: (call) => (response, request) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: "</style.css>" });
        answering(callNamed[call].promised)(response, request);
      },
    },
  ];

  it.for(everyCall(successes))(
    "$reply is done, and gives only those members: $call ($route), $connections connections",
    async ({ call, change, connections }) => {
      participant.answer = change(call);
      expect(await send(call, connections)).toEqual({ outcome: "done", result: callNamed[call].result });
      const [method, path = ""] = callNamed[call].route.split(" ");
      expect(participant.requests).toEqual([expect.objectContaining({ method, path: expect.stringMatching(pathPattern(path)) })]);
    },
  );
});

const pathPattern = (path: string) => new RegExp(`^${path.replace("{}", "\\d+")}$`);

describe("100 Continue, which no request asked for,", () => {
  const answer: Answer = (response, request) => {
    response.writeContinue();
    answering(callNamed.createPayment.promised)(response, request);
  };

  it("comes before the reply on a connection of its own", async () => {
    participant.answer = answer;
    expect((await send("createPayment", "own")).outcome).toBe("done");
  });

  it("leaves the call in doubt on a kept connection, where it may belong to no request", async () => {
    participant.answer = answer;
    expect(await send("createPayment", "kept")).toMatchObject({ outcome: "unknown", answered: true });
    expect(participant.requests).toHaveLength(1);
  });
});

describe("a complete reply has one outcome", () => {
  const rows = callNames.flatMap((call) =>
    outcomeTable.flatMap((row) => {
      const outcome = outcomeOf(row, call);
      return outcome === undefined ? [] : [{ ...row, call, route: callNamed[call].route, outcome }];
    }),
  );

  it.for(everyClient(rows))(
    "$reply is $outcome: $call ($route), $connections connections",
    async ({ call, sent, outcome, isDefect, isMisconfiguration, connections }) => {
      participant.answer = answering(sent);
      const read = await send(call, connections);
      expect(read.outcome).toBe(outcome);
      expect(read).toMatchObject(isDefect && outcome === "unknown" ? { defect: true } : {});
      if (!isDefect) expect(read).not.toHaveProperty("defect");
      const isClear = read.outcome === "done" || read.outcome === "rejected";
      expect("answered" in read && read.answered).toBe(!isClear);
      expect(warnings.filter((warning) => warning.startsWith("Misconfiguration"))).toHaveLength(isMisconfiguration ? 1 : 0);
      // The client follows no redirect and repeats nothing: only the engine decides to send again.
      expect(participant.requests).toHaveLength(1);
    },
  );
});

describe("an incomplete reply", () => {
  const cuts: readonly { readonly failure: string; readonly answer: Answer }[] = [
    { failure: "a connection cut before any reply", answer: (response) => response.destroy() },
    { failure: "a connection reset before any reply", answer: (response) => response.socket?.resetAndDestroy() },
    { failure: "a connection ended without a reply", answer: (response) => response.socket?.end() },
    {
      failure: "a reset during the reply",
      answer: (response) =>
        response.writeHead(201, { "content-length": "20" }).write('{"order_id"', () => response.socket?.resetAndDestroy()),
    },
    {
      failure: "a reply that ends before its announced length",
      answer: (response) => response.writeHead(201, { "content-length": "20" }).write('{"order_id"', () => response.destroy()),
    },
    {
      failure: "a chunked reply without its end",
      answer: (response) => response.writeHead(201).write('{"order_id":7}', () => response.destroy()),
    },
    {
      failure: "a reply that is not compressed, although its header says so",
      answer: (response) => response.writeHead(201, { "content-encoding": "gzip" }).end('{"order_id":7}'),
    },
    { failure: "a reply that is not HTTP", answer: (response) => response.socket?.end("what?\r\n\r\n") },
    {
      failure: "endless headers",
      answer: (response) => response.socket?.end(`HTTP/1.1 201 Created\r\nx: ${"x".repeat(2_000_000)}\r\n\r\n{}`),
    },
  ];

  const unusable: readonly { readonly failure: string; readonly answer: Answer }[] = [
    {
      failure: "a switch to a protocol that was not requested",
      answer: (response) =>
        response.socket?.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n"),
    },
    {
      failure: "a reply that is too large",
      answer: answering({ status: 201, body: { order_id: 7, more: "x".repeat(70_000) } }),
    },
    {
      failure: "an endless reply",
      answer: (response) => {
        const flood = () => {
          while (response.writable && response.write("x".repeat(16_384)));
        };
        response.on("drain", flood).writeHead(201);
        flood();
      },
    },
    {
      failure: "a reply that is too large when it is unpacked",
      answer: (response) =>
        response.writeHead(201, { "content-encoding": "gzip" }).end(gzipSync(JSON.stringify("x".repeat(5_000_000)))),
    },
  ];

  it.for(everyCall([...cuts, ...unusable]))(
    "$failure leaves the call in doubt, sent once: $call ($route), $connections connections",
    async ({ call, answer, failure, connections }) => {
      participant.answer = answer;
      const read = await send(call, connections);
      expect(read.outcome).toBe(inDoubt(call));
      // A participant whose reply is of no use is alive; what was cut is no answer.
      expect("answered" in read).toBe(unusable.some((each) => each.failure === failure));
      expect(participant.requests).toHaveLength(1);
    },
  );

  it.for(everyCall([{ failure: "a connection ended before the request was read" }]))(
    "$failure leaves the call in doubt, because it may have been sent: $call ($route), $connections connections",
    async ({ call, connections }) => {
      participant.greet = (socket) => socket.destroy();
      expect((await send(call, connections)).outcome).toBe(inDoubt(call));
      expect(participant.requests).toHaveLength(0);
    },
  );

  it.for(everyCall([{ failure: "a connection reset before the request was read" }]))(
    "$failure is unavailable only if the connection was not established: $call ($route), $connections connections",
    async ({ call, connections }) => {
      participant.greet = (socket) => socket.resetAndDestroy();
      const read = await send(call, connections);
      const isCertain = read.outcome === "unavailable" && read.reason.startsWith("no connection: ");
      expect(read.outcome).toBe(isCertain ? "unavailable" : inDoubt(call));
      expect(participant.requests).toHaveLength(0);
    },
  );

  const silences: readonly { readonly failure: string; readonly answer: Answer }[] = [
    { failure: "no reply", answer: () => undefined },
    { failure: "only an informational reply", answer: (response) => response.writeProcessing() },
    { failure: "half a reply", answer: (response) => response.writeHead(201, { "content-length": "20" }).write('{"pay') },
    { failure: "only headers", answer: (response) => response.writeHead(201).flushHeaders() },
  ];

  it.for(everyCall(silences))(
    "$failure within the timeout leaves the call in doubt, sent once: $call ($route), $connections connections",
    async ({ call, answer, connections }) => {
      participant.answer = answer;
      // On a busy machine the timeout may end before the request is sent: the call is in doubt all the same. Then a longer timeout is tried.
      let tries = 0;
      for (let ms = 200; participant.requests.length === 0; ms *= 2) {
        tries += 1;
        expect(await send(call, connections, ms)).toMatchObject({ outcome: inDoubt(call), reason: `no answer within ${ms} ms` });
      }
      expect(participant.requests.length).toBeLessThanOrEqual(tries);
    },
  );
});

describe("a request without a connection certainly had no effect", () => {
  it.for(
    everyCall([
      { failure: "a port on which nothing listens", url: () => "http://127.0.0.1:1" },
      { failure: "an unknown host name", url: () => "http://participant.invalid" },
      { failure: "a refused TLS handshake", url: () => participant.url.replace("http:", "https:") },
    ]),
  )("$failure is unavailable: $call ($route), $connections connections", async ({ call, url, connections }) => {
    expect(await callNamed[call].send(at(url(), connections))).toEqual({
      outcome: "unavailable",
      reason: expect.stringMatching(/^no connection: /),
    });
    expect(participant.requests).toHaveLength(0);
  });
});
