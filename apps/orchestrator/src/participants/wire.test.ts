import { gzipSync } from "node:zlib";
import { configure, reset } from "@logtape/logtape";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { outcomeTable, readingOf } from "../testing/outcome-table.ts";
import { type CallName, callNamed, callNames } from "../testing/participant-calls.ts";
import { type Answer, answering, ScriptedParticipant } from "../testing/scripted-participant.ts";

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

/** For what hangs, not for what is slow on a busy machine. */
const PATIENT_MS = 30_000;

const make = (call: CallName, callTimeoutMs = PATIENT_MS) => callNamed[call].make({ url: participant.url, callTimeoutMs });

/** When in doubt it is unknown; a call that changes nothing may be repeated. */
const inDoubt = (call: CallName) => (callNamed[call].isRead ? "unavailable" : "unknown");

const everyCall = <Row extends object>(rows: readonly Row[]) =>
  callNames.flatMap((call) => rows.map((row) => ({ ...row, call, route: callNamed[call].route })));

describe("what was promised", () => {
  const successes: readonly { readonly reply: string; readonly change: (call: CallName) => Answer }[] = [
    { reply: "as the service answers it", change: (call) => answering(callNamed[call].promised) },
    { reply: "with another 2xx", change: (call) => answering({ ...callNamed[call].promised, status: 202 }) },
    {
      reply: "with members that nobody asked for",
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
        response.writeContinue();
        response.writeProcessing();
        answering(callNamed[call].promised)(response, request);
      },
    },
  ];

  it.for(everyCall(successes))("$reply is done, and gives only that: $call ($route)", async ({ call, change }) => {
    participant.answer = change(call);
    expect(await make(call)).toEqual({ outcome: "done", result: callNamed[call].result });
    const [method, path = ""] = callNamed[call].route.split(" ");
    expect(participant.requests).toEqual([expect.objectContaining({ method, path: expect.stringMatching(pathPattern(path)) })]);
  });
});

const pathPattern = (path: string) => new RegExp(`^${path.replace("{}", "\\d+")}$`);

describe("each whole reply has one outcome", () => {
  const rows = callNames.flatMap((call) =>
    outcomeTable.flatMap((row) => {
      const outcome = readingOf(row, call);
      return outcome === undefined ? [] : [{ ...row, call, route: callNamed[call].route, outcome }];
    }),
  );

  it.for(rows)("$reply is $outcome: $call ($route)", async ({ call, sent, outcome, isDefect, isMisconfiguration }) => {
    participant.answer = answering(sent);
    const read = await make(call);
    expect(read.outcome).toBe(outcome);
    expect(read).toMatchObject(isDefect && outcome === "unknown" ? { defect: true } : {});
    if (!isDefect) expect(read).not.toHaveProperty("defect");
    expect(warnings.filter((warning) => warning.startsWith("Misconfiguration"))).toHaveLength(isMisconfiguration ? 1 : 0);
    // Never followed, never repeated: whether to send again is the engine's decision.
    expect(participant.requests).toHaveLength(1);
  });
});

describe("what is no whole reply", () => {
  const cuts: readonly { readonly failure: string; readonly answer: Answer }[] = [
    { failure: "a connection cut before any answer", answer: (response) => response.destroy() },
    { failure: "a connection reset before any answer", answer: (response) => response.socket?.resetAndDestroy() },
    { failure: "a connection ended without an answer", answer: (response) => response.socket?.end() },
    {
      failure: "a reset within the answer",
      answer: (response) =>
        response.writeHead(201, { "content-length": "20" }).write('{"order_id"', () => response.socket?.resetAndDestroy()),
    },
    {
      failure: "an answer that ends before its announced length",
      answer: (response) => response.writeHead(201, { "content-length": "20" }).write('{"order_id"', () => response.destroy()),
    },
    {
      failure: "a chunked answer without its end",
      answer: (response) => response.writeHead(201).write('{"order_id":7}', () => response.destroy()),
    },
    {
      failure: "an answer that is too large",
      answer: answering({ status: 201, body: { order_id: 7, more: "x".repeat(70_000) } }),
    },
    {
      failure: "an answer without end",
      answer: (response) => {
        const flood = () => {
          while (response.writable && response.write("x".repeat(16_384)));
        };
        response.on("drain", flood).writeHead(201);
        flood();
      },
    },
    {
      failure: "an answer that is too large when it is unpacked",
      answer: (response) =>
        response.writeHead(201, { "content-encoding": "gzip" }).end(gzipSync(JSON.stringify("x".repeat(5_000_000)))),
    },
    {
      failure: "an answer that claims to be compressed and is not",
      answer: (response) => response.writeHead(201, { "content-encoding": "gzip" }).end('{"order_id":7}'),
    },
    { failure: "an answer that is not HTTP", answer: (response) => response.socket?.end("what?\r\n\r\n") },
    {
      failure: "a protocol that nobody asked for",
      answer: (response) =>
        response.socket?.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n"),
    },
    {
      failure: "headers without end",
      answer: (response) => response.socket?.end(`HTTP/1.1 201 Created\r\nx: ${"x".repeat(2_000_000)}\r\n\r\n{}`),
    },
  ];

  it.for(everyCall(cuts))("$failure is in doubt, and is sent once: $call ($route)", async ({ call, answer }) => {
    participant.answer = answer;
    expect((await make(call)).outcome).toBe(inDoubt(call));
    expect(participant.requests).toHaveLength(1);
  });

  it.for(everyCall([{ failure: "a connection ended before the request was read" }]))(
    "$failure is in doubt too, because it may have been sent: $call ($route)",
    async ({ call }) => {
      participant.greet = (socket) => socket.destroy();
      expect((await make(call)).outcome).toBe(inDoubt(call));
      expect(participant.requests).toHaveLength(0);
    },
  );

  it.for(everyCall([{ failure: "a connection reset before the request was read" }]))(
    "$failure is only certain where the reset came before the connection stood: $call ($route)",
    async ({ call }) => {
      participant.greet = (socket) => socket.resetAndDestroy();
      const read = await make(call);
      const isCertain = read.outcome === "unavailable" && read.reason.startsWith("no connection: ");
      expect(read.outcome).toBe(isCertain ? "unavailable" : inDoubt(call));
      expect(participant.requests).toHaveLength(0);
    },
  );

  const silences: readonly { readonly failure: string; readonly answer: Answer }[] = [
    { failure: "no answer", answer: () => undefined },
    { failure: "only an informational reply", answer: (response) => response.writeProcessing() },
    { failure: "half an answer", answer: (response) => response.writeHead(201, { "content-length": "20" }).write('{"pay') },
    { failure: "headers alone", answer: (response) => response.writeHead(201).flushHeaders() },
  ];

  it.for(everyCall(silences))("$failure in time is in doubt, and is sent once: $call ($route)", async ({ call, answer }) => {
    participant.answer = answer;
    // On a busy machine the time may be over before the request has left: it is in doubt all the same, and another try tells more.
    let tries = 0;
    for (let ms = 200; participant.requests.length === 0; ms *= 2) {
      tries += 1;
      expect(await make(call, ms)).toMatchObject({ outcome: inDoubt(call), reason: `no answer within ${ms} ms` });
    }
    expect(participant.requests.length).toBeLessThanOrEqual(tries);
  });
});

describe("where no connection comes about, the request certainly had no effect", () => {
  it.for(
    everyCall([
      { failure: "nothing listens", at: () => "http://127.0.0.1:1" },
      { failure: "no such name exists", at: () => "http://participant.invalid" },
      { failure: "TLS is refused", at: () => participant.url.replace("http:", "https:") },
    ]),
  )("$failure is unavailable: $call ($route)", async ({ call, at }) => {
    expect(await callNamed[call].make({ url: at(), callTimeoutMs: PATIENT_MS })).toMatchObject({
      outcome: "unavailable",
      reason: expect.stringMatching(/^no connection: /),
    });
    expect(participant.requests).toHaveLength(0);
  });
});
