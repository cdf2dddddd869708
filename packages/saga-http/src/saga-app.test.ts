import {
  CompensatableHandler,
  Controller,
  chain,
  defaultPolicy,
  done,
  EmbeddedEngine,
  givesNothing,
  type InterventionReason,
  JournalError,
  type Outcome,
  PivotHandler,
  rejected,
  type SagaEvent,
  UnreadableSaga,
  unavailable,
  unknown,
} from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problemTypes } from "./problem.ts";
import { sagaApp } from "./saga-app.ts";
import { sagaSchema, viewSaga } from "./saga-view.ts";

const input = z.object({ seat: z.int("must be a whole number").min(1, "must be at least 1") });
const result = z.object({ ticket: z.int() });

/** What the participants of the next saga answer; a promise keeps the call under way. */
interface Answers {
  reserve?: () => Promise<Outcome>;
  pay?: () => Promise<Outcome<{ readonly ticket: number }>>;
}

const participant = { name: "theatre", keyed: true };

class Reserve extends CompensatableHandler<{ readonly seat: number }> {
  override readonly step = "reserve";
  override readonly words = {
    state: "RESERVING",
    done: "Reserved",
    failed: "ReservationFailed",
    undoing: "RELEASING",
    undone: "Released",
  };
  override readonly participant = participant;
  override readonly gives = givesNothing;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    super();
    this.#answers = answers;
  }

  override async run(): Promise<Outcome> {
    return (await this.#answers.reserve?.()) ?? done();
  }

  override async rollback(): Promise<Outcome> {
    return done();
  }
}

class Pay extends PivotHandler<object, { readonly ticket: number }> {
  override readonly step = "pay";
  override readonly words = { state: "PAYING", done: "Paid", failed: "PaymentFailed" };
  override readonly participant = participant;
  override readonly gives = result;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    super();
    this.#answers = answers;
  }

  override async run(): Promise<Outcome<{ readonly ticket: number }>> {
    return (await this.#answers.pay?.()) ?? done({ ticket: 7 });
  }
}

const seatChain = (answers: Answers) => chain(input).step(new Reserve(answers)).step(new Pay(answers));

class SeatSagaController extends Controller<ReturnType<typeof seatChain>> {
  constructor(answers: Answers) {
    super({ name: "seat", version: 1, chain: seatChain(answers), policy: { ...defaultPolicy, attemptsMax: 1 } });
  }
}

class FailingJournal extends MemoryJournal {
  override durable(): Promise<void> {
    return Promise.reject(new JournalError("disk full"));
  }
}

function setUp({ journal = new MemoryJournal(), sagasInFlightMax = 100 } = {}) {
  const answers: Answers = {};
  const errors: unknown[] = [];
  const clock = new SimulatedClock();
  const controller = new SeatSagaController(answers);
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, "0")}`;
  };
  const onDefect = () => undefined;
  const engine = new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0,
    newId,
    sagasInFlightMax,
    onDefect,
  });
  const resources = [{ controller, input, result }];
  const app = sagaApp({
    info: { title: "Seats", version: "1" },
    engine,
    index: journal,
    clock,
    resources,
    syncWaitMsMax: 5_000,
    onError: (error) => errors.push(error),
  });
  const start = async (headers: Readonly<Record<string, string>> = {}, body = '{"seat":3}') =>
    app.request("/saga/seat", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  const getJson = async (path: string) => bodyOf(await app.request(path));
  return { answers, errors, clock, engine, app, start, getJson };
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(await response.json());
}

describe("POST /saga/{definition}", () => {
  it("answers with the end: what the steps gave, as far as callers are told", async () => {
    const response = await setUp().start();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ticket: 7, status: "OK", saga_id: expect.any(String), state: "COMPLETED" });
  });

  it.for<[string, Outcome<never>, number, string]>([
    ["a refusal is 409", rejected("sold out"), 409, "saga-cancelled"],
    ["an outage is 503", unavailable("away"), 503, "participant-unavailable"],
  ])("%s, with what was undone", async ([, outcome, status, type]) => {
    const { answers, start } = setUp();
    answers.pay = async () => outcome;
    const response = await start();
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ type, status, step: "pay", state: "CANCELLED", rolled_back: ["reserve"] });
  });

  it("does not make its client wait longer than the client wants, or than is allowed", async () => {
    for (const [prefer, waitMs, applied] of [
      ["respond-async", 0, "respond-async"],
      ["wait=2", 2_000, "wait=2"],
      ["respond-async, wait=1", 1_000, "respond-async, wait=1"],
      ["wait=3600", 5_000, "wait=5"],
      ["wait=99999999999", 5_000, "wait=5"],
      ['respond-async; foo=bar, wait="1";x=1', 1_000, "respond-async, wait=1"],
      ["wait=-1", 5_000, null],
      ["handling=lenient", 5_000, null],
    ] as const) {
      const { answers, clock, start } = setUp();
      answers.reserve = () => new Promise(() => undefined);
      const before = clock.now();
      const answering = start({ prefer });
      let response: Response | undefined;
      answering.then(
        (told) => {
          response = told;
        },
        () => undefined,
      );
      await new Promise((resolve) => setTimeout(resolve));
      if (waitMs > 0) {
        clock.advanceBy(waitMs - 1);
        await new Promise((resolve) => setTimeout(resolve));
        expect(response, prefer).toBeUndefined();
        clock.advanceBy(1);
      }
      const { status, headers } = await answering;
      expect([prefer, status, clock.now() - before]).toEqual([prefer, 202, waitMs]);
      expect(headers.get("preference-applied")).toBe(applied);
      expect(headers.get("location")).toBe("/sagas/00000000-0000-7000-8000-000000000001");
      expect(headers.get("retry-after")).toBe("1");
    }
  });

  it("answers 202 at once for a saga that needs a human, and says why", async () => {
    const { answers, start } = setUp();
    answers.reserve = async () => unknown("key misused", { defect: true });
    const response = await start();
    expect(response.status).toBe(202);
    const saga = sagaSchema.parse(await response.json());
    expect(saga).toMatchObject({
      status: "needs_intervention",
      state: "RESERVING",
      explanation: expect.stringContaining("reserve"),
    });
  });

  it.for<[string, string]>([
    ["of nothing", '""'],
    ["that is too long", "x".repeat(256)],
    ["that is not closed", '"key'],
    ["with a control character", "a\tb"],
    ["that is not ASCII", "clé"],
    ["that was sent twice", "abc, def"],
  ])("refuses an Idempotency-Key %s", async ([, key]) => {
    const { start, getJson } = setUp();
    const response = await start({ "idempotency-key": key });
    expect([response.status, (await bodyOf(response))["type"]]).toEqual([400, "malformed-key"]);
    expect(await getJson("/sagas")).toMatchObject({ items: [] });
  });

  it("takes a quoted and a bare key for the same, and refuses another body under it", async () => {
    const { start } = setUp();
    const [first, second, other] = [
      await start({ "idempotency-key": '"k \\"1\\""' }),
      await start({ "idempotency-key": '"k \\"1\\""' }),
      await start({ "idempotency-key": '"k \\"1\\""' }, '{"seat":4}'),
    ];
    expect((await bodyOf(second))["saga_id"]).toBe((await bodyOf(first))["saga_id"]);
    expect([other.status, (await bodyOf(other))["type"]]).toEqual([422, "idempotency-key-reused"]);
    const { start: startBare } = setUp();
    const [bare, quoted] = [await startBare({ "idempotency-key": "k" }), await startBare({ "idempotency-key": '"k"' })];
    expect((await bodyOf(bare))["saga_id"]).toBe((await bodyOf(quoted))["saga_id"]);
  });

  it("points to every member that is not as allowed", async () => {
    const response = await setUp().start({}, '{"seat":0.5}');
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: "invalid-request",
      errors: [{ pointer: "/seat", detail: "must be a whole number" }],
    });
  });

  it("refuses overload, a start while stopping, and a start that cannot be kept, with Retry-After", async () => {
    const { answers, start, engine } = setUp({ sagasInFlightMax: 1 });
    answers.reserve = () => new Promise(() => undefined);
    await start({ prefer: "respond-async" });
    const overloaded = await start();
    expect([overloaded.status, (await bodyOf(overloaded))["type"], overloaded.headers.get("retry-after")]).toEqual([
      503,
      "overloaded",
      "1",
    ]);
    const drained = engine.drain(1);
    const draining = await start();
    expect([draining.status, (await bodyOf(draining))["type"], draining.headers.get("retry-after")]).toEqual([
      503,
      "draining",
      "1",
    ]);
    drained.catch(() => undefined);
  });

  it("passes W3C trace context on, and drops a malformed one", async () => {
    for (const [traceparent, passed] of [
      ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true],
      ["00-00000000000000000000000000000000-b7ad6b7169203331-01", false],
      ["not a trace", false],
    ] as const) {
      const { start, engine } = setUp();
      const events: SagaEvent[] = [];
      engine.subscribe((_found, event) => events.push(event));
      await start({ traceparent, tracestate: "vendor=1" });
      expect(events[0]).toMatchObject({ type: "started" });
      expect("trace" in (events[0] ?? {})).toBe(passed);
    }
  });

  it("answers 503 when the start cannot be made durable", async () => {
    const response = await setUp({ journal: new FailingJournal() }).start();
    expect([response.status, (await bodyOf(response))["type"]]).toEqual([503, "journal-unavailable"]);
  });
});

describe("a defect of ours", () => {
  it("is told to the log, and not to the client", async () => {
    class Unlistable extends MemoryJournal {
      override list(): Promise<readonly string[]> {
        return Promise.reject(new Error("the inside"));
      }
    }
    const { app, errors } = setUp({ journal: new Unlistable() });
    const response = await app.request("/sagas");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("the inside");
    expect(errors).toEqual([new Error("the inside")]);
  });
});

describe("the sagas", () => {
  it("are listed newest first, a page at a time, each once", async () => {
    const { start, getJson } = setUp();
    for (let count = 0; count < 5; count += 1) await (await start()).body?.cancel();
    const seen: unknown[] = [];
    let cursor: unknown;
    for (let page = 0; page < 3; page += 1) {
      const { items, next_cursor } = await getJson(`/sagas?limit=2${cursor === undefined ? "" : `&cursor=${String(cursor)}`}`);
      seen.push(
        ...z
          .array(sagaSchema)
          .parse(items)
          .map(({ saga_id }) => saga_id.slice(-1)),
      );
      cursor = next_cursor;
    }
    expect(seen).toEqual(["5", "4", "3", "2", "1"]);
    expect(cursor).toBeNull();
  });

  it("are filtered by definition, status and state", async () => {
    const { answers, start, getJson } = setUp();
    await (await start()).body?.cancel();
    answers.reserve = async () => rejected("sold out");
    await (await start()).body?.cancel();
    const count = async (query: string) => z.array(sagaSchema).parse((await getJson(`/sagas?${query}`))["items"]).length;
    expect(await count("status=cancelled")).toBe(1);
    expect(await count("state=COMPLETED")).toBe(1);
    expect(await count("definition=seat")).toBe(2);
    expect(await count("definition=other")).toBe(0);
  });

  it.for<[string, string]>([
    ["limit=0", "/limit"],
    ["limit=201", "/limit"],
    ["limit=ten", "/limit"],
    ["limit=1.5", "/limit"],
    ["status=done", "/status"],
    ["cursor=nonsense", "/cursor"],
    ["order=desc", "/order"],
  ])("refuse ?%s, and point to it", async ([query, pointer]) => {
    const response = await setUp().app.request(`/sagas?${query}`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ type: "invalid-request", errors: [{ pointer }] });
  });

  it("have an ETag that changes with every event", async () => {
    const { answers, clock, start, app } = setUp();
    const reserving = Promise.withResolvers<Outcome>();
    answers.reserve = () => reserving.promise;
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    const etag = async () => (await app.request(`/sagas/${String(saga_id)}`)).headers.get("etag");
    const before = await etag();
    expect(await etag()).toBe(before);
    reserving.resolve(done());
    await new Promise((resolve) => setTimeout(resolve));
    clock.advanceBy(1);
    expect(await etag()).not.toBe(before);
  });

  it("that cannot be read are told to the log, and do not hide the others", async () => {
    const { start, getJson, engine, errors } = setUp();
    const [first] = [await bodyOf(await start()), await bodyOf(await start())];
    const get = engine.get.bind(engine);
    engine.get = (id) => (id === first["saga_id"] ? Promise.reject(new UnreadableSaga("corrupt")) : get(id));
    expect(await getJson("/sagas")).toMatchObject({ items: [{ saga_id: "00000000-0000-7000-8000-000000000002" }] });
    expect(errors).toEqual([new UnreadableSaga("corrupt")]);
  });
});

describe("the API's documents", () => {
  it("describe the routes from the schemas that validate", async () => {
    const { paths } = await setUp().getJson("/openapi.json");
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(paths))).toEqual([
      "/saga/seat",
      "/sagas",
      "/sagas/{saga_id}",
      "/sagas/{saga_id}/events",
      "/health-check",
    ]);
    expect(paths).toMatchObject({
      "/saga/seat": {
        post: {
          requestBody: { content: { "application/json": { schema: { properties: { seat: { type: "integer", minimum: 1 } } } } } },
        },
      },
    });
  });

  it("are shown by a page that loads nothing from an outside address", async () => {
    const { app } = setUp();
    const page = await app.request("/docs");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(html).not.toMatch(/https?:\/\//);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part);
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      const response = await app.request(`/${part}`);
      expect([part, response.status]).toEqual([part, 200]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });

  it("name for each response the problems that it can be", async () => {
    const { app } = setUp();
    const text = await (await app.request("/openapi.json")).text();
    // The defect of ours, and what no route answers, are in no route's document.
    const undocumented = new Set(["internal-error", "method-not-allowed"]);
    for (const type of Object.keys(problemTypes))
      expect([type, text.includes(`"${type}"`)]).toEqual([type, !undocumented.has(type)]);
  });

  it("show the schema that validates, and no other", () => {
    const { engine, clock } = setUp();
    const controller = new SeatSagaController({});
    const resources = [{ controller, input: z.object({}), result }];
    const make = () =>
      sagaApp({
        info: { title: "", version: "" },
        engine,
        index: new MemoryJournal(),
        clock,
        resources,
        syncWaitMsMax: 1,
        onError: () => undefined,
      });
    expect(make).toThrow(/must show the input schema of its controller/);
  });
});

describe("what a human is told", () => {
  it.for<[InterventionReason, "run" | "rollback", string]>([
    [
      "unknown-unkeyed",
      "run",
      "It is not known whether the step reserve took effect, and its participant keeps no keys, so it is not sent again.",
    ],
    ["refused", "rollback", "The participant refused undoing the step reserve, which must succeed in the end."],
    ["gave-up", "rollback", "Repeating did not settle undoing the step reserve in time."],
    ["defect", "run", "The participant says that the key of the step reserve was used for another request"],
  ])("of a saga that is %s", async ([reason, action, said]) => {
    const { answers, engine, start } = setUp();
    answers.reserve = async () => unknown("half an answer.", { defect: true });
    const { saga_id } = await bodyOf(await start());
    const found = await engine.get(String(saga_id));
    if (found?.saga.phase.name !== "needs-intervention") throw new Error("it should need a human");
    const phase = { ...found.saga.phase, reason, action };
    const { explanation } = viewSaga({ ...found, saga: { ...found.saga, phase } });
    expect(explanation).toContain(said);
    expect(explanation).toMatch(/Seen( last)?: half an answer\.$/);
  });
});
