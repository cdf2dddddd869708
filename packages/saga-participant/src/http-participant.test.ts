import { type Outcome, rejected } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Gives } from "./gives.ts";
import { HttpParticipant, type HttpParticipantOptions, type Misconfiguration } from "./http-participant.ts";
import { answering, ScriptedParticipant } from "./testing/index.ts";

let participant: ScriptedParticipant;
let client: HttpParticipant | undefined;
let misconfigurations: Misconfiguration[];

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});
beforeEach(() => {
  participant.reset();
  misconfigurations = [];
});
afterEach(async () => await client?.close());
afterAll(() => participant.stop());

function hotel(options: Partial<HttpParticipantOptions> = {}): HttpParticipant {
  const onMisconfiguration = (found: Misconfiguration) => misconfigurations.push(found);
  client = new HttpParticipant({ name: "hotel", url: participant.url, keyed: true, onMisconfiguration, ...options });
  return client;
}

const room = z.object({ room_id: z.int() });
const booking = { method: "POST", path: "rooms", body: { nights: 2 } } as const;
const answered = { answered: true };
const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

function book(options: Partial<HttpParticipantOptions> = {}, attempt = sampleAttempt()): Promise<Outcome<{ room_id: number }>> {
  return hotel(options).call({ ...booking, gives: room }, attempt);
}

describe("a participant is", () => {
  it("what a handler declares of it, with the defaults of saga-core", () => {
    expect({ ...hotel() }).toEqual({ name: "hotel", keyed: true });
    const terms = { keyRetentionMs: 86_400_000, arrivesWithinMs: 60_000, callTimeoutMs: 5_000 };
    expect({ ...hotel({ keyed: false, ...terms }) }).toEqual({ name: "hotel", keyed: false, ...terms });
  });

  it.for([
    "hotel",
    "ftp://hotel.example",
    "http://ada:secret@hotel.example",
    "http://hotel.example/v1?token=secret",
    "http://hotel.example/v1#rooms",
  ])("refused where its URL is no service's: %s", (url) => {
    expect(() => hotel({ url })).toThrow(TypeError);
  });

  it.for([{ authorization: "Bearer secret\n" }, { "a b": "secret" }])(
    "refused where HTTP allows no such header, without telling its value: %j",
    (headers) => {
      expect(() => hotel({ headers })).toThrow(expect.objectContaining({ message: expect.not.stringContaining("secret") }));
    },
  );
});

describe("a call", () => {
  it.for([true, false])("carries its key, the trace, its headers and its body; keyed: %s", async (keyed) => {
    participant.answer = answering({ status: 201, body: { room_id: 7 } });
    const options = { url: `${participant.url}/v1/`, keyed, headers: { Authorization: "Bearer 1", "x-tenant": "a" } };
    const request = { ...booking, path: "/rooms", headers: { "X-Tenant": "b", "Idempotency-Key": "mine" }, gives: room };
    await hotel(options).call(request, sampleAttempt({ trace }));
    expect(participant.requests).toMatchObject([
      {
        method: "POST",
        path: "/v1/rooms",
        body: '{"nights":2}',
        headers: {
          ...trace,
          "idempotency-key": '"saga/step/run"',
          authorization: "Bearer 1",
          "x-tenant": "b",
          accept: "application/json",
          "content-type": "application/json",
          connection: keyed ? "keep-alive" : "close",
        },
      },
    ]);
  });

  it("has no body unless it says one", async () => {
    participant.answer = answering({ status: 204 });
    expect(await hotel().call({ method: "DELETE", path: "rooms/7" }, sampleAttempt())).toEqual({ outcome: "done", result: {} });
    expect(participant.requests).toMatchObject([{ method: "DELETE", path: "/rooms/7", body: "" }]);
    expect(participant.requests[0]?.headers).not.toHaveProperty("content-type");
  });

  it("gives what a schema or a function makes of the body", async () => {
    participant.answer = answering({ status: 201, body: { room_id: 7, floor: 3 } });
    expect(await book()).toEqual({ outcome: "done", result: { room_id: 7 } });
    const gives = (body: unknown) => ({ floor: z.object({ floor: z.int() }).parse(body).floor });
    expect(await hotel().call({ ...booking, gives }, sampleAttempt())).toEqual({ outcome: "done", result: { floor: 3 } });
  });

  it("is in doubt, and says which member, where the body is not what was promised", async () => {
    participant.answer = answering({ status: 201, body: { room_id: "7" } });
    expect(await book()).toEqual({
      outcome: "unknown",
      reason: expect.stringMatching(/^201 without the promised members: \/room_id ./),
      ...answered,
    });
    const reason = "201 without the promised members";
    const read = async (gives: (body: unknown) => object | undefined) =>
      await hotel().call({ ...booking, gives }, sampleAttempt());
    expect(await read(() => undefined)).toEqual({ outcome: "unknown", reason, ...answered });
    const failing = () => {
      throw new Error("no room");
    };
    expect(await read(failing)).toEqual({ outcome: "unknown", reason: `${reason}: no room`, ...answered });
    participant.answer = answering({ status: 201, body: { detail: "on a waiting list" } });
    expect(await read(() => undefined)).toEqual({ outcome: "unknown", reason: `${reason} on a waiting list`, ...answered });
  });

  it("names the member that does not fit by a pointer, whatever its name", async () => {
    participant.answer = answering({ status: 201, body: { "a/b~c": [1, "2"] } });
    const gives = z.object({ "a/b~c": z.array(z.int()) });
    const reason = expect.stringMatching(/: \/a~1b~0c\/1 ./);
    expect(await hotel().call({ ...booking, gives }, sampleAttempt())).toEqual({ outcome: "unknown", reason, ...answered });
  });

  it("takes a schema that is a function too, and none that validates asynchronously", async () => {
    participant.answer = answering({ status: 201, body: {} });
    const schemaOf = <R>(validate: () => R) =>
      Object.assign(() => undefined, { "~standard": { version: 1, vendor: "test", validate } } as const);
    const value = { room_id: 7 };
    const call = async (gives: Gives<typeof value>) => await hotel().call({ ...booking, gives }, sampleAttempt());
    expect(await call(schemaOf(() => ({ value })))).toEqual({ outcome: "done", result: value });
    expect(await call(schemaOf(async () => ({ value })))).toEqual({
      outcome: "unknown",
      reason: expect.stringMatching(/: its schema validates asynchronously$/),
      ...answered,
    });
  });

  it("is in doubt where a number of the reply would become another one", async () => {
    participant.answer = answering({ status: 201, body: '{"room_id":9007199254740993}' });
    expect((await book()).outcome).toBe("unknown");
  });

  it("is in doubt where its own reading of a reply throws", async () => {
    participant.answer = answering({ status: 200, body: {} });
    const outcomeOf = () => {
      throw new Error("no reading");
    };
    const read = await hotel().call({ ...booking, outcomeOf }, sampleAttempt());
    expect(read).toEqual({ outcome: "unknown", reason: "200: the reply cannot be read: no reading", ...answered });
  });

  it("sends nothing after its signal", async () => {
    const signal = AbortSignal.abort(new DOMException("no answer within 7 ms", "TimeoutError"));
    for (const keyed of [true, false]) {
      expect(await book({ keyed }, sampleAttempt({ signal }))).toEqual({ outcome: "unknown", reason: "no answer within 7 ms" });
    }
    expect(participant.requests).toEqual([]);
  });

  it.for([true, false])("sends nothing that leads away from its path; keyed: %s", async (keyed) => {
    const url = `${participant.url}/v1`;
    for (const path of [`rooms/${encodeURIComponent("..")}/cancel`, "rooms/%2E%2e", "..\\admin", "./rooms"]) {
      const sent = await hotel({ keyed, url }).call({ ...booking, path }, sampleAttempt());
      expect(sent).toEqual({ outcome: "unavailable", reason: expect.stringMatching(/^nothing was sent: /), ...answered });
    }
    expect(participant.requests).toEqual([]);
    participant.answer = answering({ status: 204 });
    await hotel({ keyed, url }).call({ ...booking, path: "rooms/..7?from=../8" }, sampleAttempt());
    expect(participant.requests).toMatchObject([{ path: "/v1/rooms/..7?from=../8" }]);
  });

  it.for([true, false])(
    "sends nothing with a header that HTTP does not allow, and does not tell its value; keyed: %s",
    async (keyed) => {
      for (const headers of [{ "x-token": "secret\nword" }, { "x-token": "secret–word" }, { "x token": "secret" }]) {
        const sent = await hotel({ keyed }).call({ ...booking, headers }, sampleAttempt());
        const reason = expect.not.stringContaining("secret");
        expect(sent).toEqual({ outcome: "unavailable", reason, ...answered });
      }
      expect(participant.requests).toEqual([]);
    },
  );

  it.for([true, false])("had no effect where nothing listens; keyed: %s", async (keyed) => {
    expect(await book({ keyed, url: "http://127.0.0.1:1" })).toEqual({
      outcome: "unavailable",
      reason: expect.stringMatching(/^no connection: /),
    });
  });
});

interface Row {
  readonly reply: string;
  readonly sent: Parameters<typeof answering>[0];
  readonly outcome: Outcome["outcome"];
  readonly options?: Partial<HttpParticipantOptions>;
}

const own404 = (body: unknown) => z.object({ error: z.string() }).safeParse(body).success;

const rows: readonly Row[] = [
  { reply: "a refusal that is declared", sent: { status: 402 }, outcome: "rejected", options: { refusals: [402] } },
  { reply: "a refusal that is not declared", sent: { status: 402 }, outcome: "unknown" },
  { reply: "a conflict that is not declared", sent: { status: 409, body: { error: "full" } }, outcome: "unknown" },
  { reply: "a 404", sent: { status: 404, body: { error: "no such hotel" } }, outcome: "unavailable" },
  { reply: "its own 404", sent: { status: 404, body: { error: "no such hotel" } }, outcome: "rejected", options: { own404 } },
  { reply: "a gateway's 404", sent: { status: 404, body: "<html>" }, outcome: "unavailable", options: { own404 } },
  ...[401, 403, 405, 415].map((status): Row => ({ reply: `${status}`, sent: { status }, outcome: "unavailable" })),
  { reply: "too many requests", sent: { status: 429 }, outcome: "unavailable" },
  { reply: "away for a while", sent: { status: 503, headers: { "retry-after": "1" } }, outcome: "unavailable" },
  ...[301, 307, 408, 425, 500, 502, 503, 504].map(
    (status): Row => ({ reply: `${status}`, sent: { status, headers: { location: "/" } }, outcome: "unknown" }),
  ),
  { reply: "a reply that is too large", sent: { status: 200, body: "x".repeat(70_000) }, outcome: "unknown" },
];

describe("a reply without a promise", () => {
  it.for<Row>([
    { reply: "an empty success", sent: { status: 204 }, outcome: "done" },
    { reply: "a success with JSON", sent: { status: 200, body: { deleted: true } }, outcome: "done" },
    { reply: "a page in HTML", sent: { status: 200, body: "<title>Log in</title>" }, outcome: "unknown" },
    { reply: "accepted, for later", sent: { status: 202, body: {} }, outcome: "unknown" },
  ])("$reply is $outcome", async ({ sent, outcome }) => {
    participant.answer = answering(sent);
    expect((await hotel().call(booking, sampleAttempt())).outcome).toBe(outcome);
  });
});

describe("a reply that is no success", () => {
  it.for(rows)("$reply is $outcome, sent once", async ({ sent, outcome, options = {} }) => {
    participant.answer = answering(sent);
    const read = await book(options);
    expect(read.outcome).toBe(outcome);
    expect("answered" in read).toBe(outcome !== "rejected");
    expect(participant.requests).toHaveLength(1);
    const isMisconfiguration = [401, 403, 404, 405, 415].includes(sent.status) && outcome === "unavailable";
    const url = `${participant.url}/rooms`;
    expect(misconfigurations).toEqual(isMisconfiguration ? [{ method: "POST", url, status: sent.status }] : []);
  });

  it("is read by the rules of its call where it has its own", async () => {
    participant.answer = answering({ status: 402, body: { error: "no funds" } });
    const read = await hotel({ refusals: [] }).call({ ...booking, refusals: [402] }, sampleAttempt());
    expect(read).toEqual(rejected("402 no funds"));
  });
});

describe("a reply with the status of a wrong address", () => {
  it("is told to nobody where its call reads something else in it", async () => {
    participant.answer = answering({ status: 403, body: { error: "not for children" } });
    const outcomeOf = () => rejected("not for children");
    expect(await hotel().call({ ...booking, outcomeOf }, sampleAttempt())).toEqual(rejected("not for children"));
    expect(misconfigurations).toEqual([]);
  });
});

describe("a wrong address that is told to a function which throws", () => {
  it("had no effect all the same, and the reason says that it threw", async () => {
    participant.answer = answering({ status: 401 });
    const onMisconfiguration = () => {
      throw new Error("the log is full");
    };
    expect(await book({ keyed: false, onMisconfiguration })).toEqual({
      outcome: "unavailable",
      reason: expect.stringMatching(/^401: .*; onMisconfiguration threw: the log is full$/),
      ...answered,
    });
  });
});

describe("a read", () => {
  const get = { path: "rooms/7", gives: room };

  it("carries the trace and no key, also where its attempt has one", async () => {
    participant.answer = answering({ status: 200, body: { room_id: 7 } });
    expect(await hotel().read(get, sampleAttempt({ trace }))).toEqual({ outcome: "done", result: { room_id: 7 } });
    expect(participant.requests).toMatchObject([{ method: "GET", path: "/rooms/7", headers: trace }]);
    expect(participant.requests[0]?.headers).not.toHaveProperty("idempotency-key");
  });

  it("is unavailable where a call would be in doubt, and refused where the participant refuses", async () => {
    participant.answer = answering({ status: 500, headers: { "retry-after": "2" } });
    expect(await hotel().read(get, sampleAttempt())).toEqual({
      outcome: "unavailable",
      reason: "500",
      retryAfterMs: 2_000,
      ...answered,
    });
    participant.answer = (response) => response.destroy();
    expect(await hotel().read(get, sampleAttempt())).toEqual({
      outcome: "unavailable",
      reason: expect.stringMatching(/^no complete reply: /),
    });
    participant.answer = answering({ status: 410 });
    expect(await hotel({ refusals: [410] }).read(get, sampleAttempt())).toEqual(rejected("410"));
  });
});
