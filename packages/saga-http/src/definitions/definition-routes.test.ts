import { defaultAutoPause, done, unknown } from "saga-core";
import { ScriptedController, ScriptedWorld, type StepScript } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { bodyOf, setUp } from "../testing/seat-app.ts";
import { SeatSagaController } from "../testing/seat-saga.ts";
import { setUpTickets } from "../testing/ticket-app.ts";
import { definitionSchema, viewDefinition } from "./definition-view.ts";

describe("GET /definitions", () => {
  it("shows the steps, kinds, states, transitions and diagram of each definition", async () => {
    const { getJson, request, controller } = setUp();
    const seat = await getJson("/definitions/seat");
    expect(seat).toMatchObject({
      definition: "seat",
      version: 1,
      columns: ["ticket", "seat"],
      initial_state: "RESERVING",
      steps: [
        {
          step: "reserve",
          kind: "compensatable",
          participant: "theatre",
          keyed: true,
          state: "RESERVING",
          undoing_state: "RELEASING",
        },
        { step: "pay", kind: "pivot", state: "PAYING" },
      ],
      transitions: controller.chart.arrows,
    });
    expect(await getJson("/definitions")).toEqual({ items: [seat], earlier: [] });
    const diagram = await request("/definitions/seat/diagram");
    expect(diagram.headers.get("content-type")).toContain("text/plain");
    expect(await diagram.text()).toContain("RESERVING --> PAYING: Reserved");
    expect((await request("/definitions/other")).status).toBe(404);
    expect((await request("/definitions/other/diagram")).status).toBe(404);
  });

  it("shows the patience of its sagas", async () => {
    expect((await setUp().getJson("/definitions/seat"))["policy"]).toEqual({
      attempts_max: 1,
      backoff_ms_base: 50,
      backoff_ms_max: 2_000,
      retry_after_ms_max: 3_600_000,
      deadline_ms: 15_000,
      give_up_ms: 86_400_000,
    });
  });

  it("shows the versions that start no saga any more, apart from those that do", async () => {
    const first = new SeatSagaController({}, 1);
    const before = new ScriptedController([{ step: "pay", kind: "pivot" }], new ScriptedWorld(), {}, { version: 7 });
    const { getJson, request } = setUp({ web: { earlier: [first, before] } });
    const { items, earlier } = await getJson("/definitions");
    expect(items).toHaveLength(1);
    expect(earlier).toEqual([viewDefinition(first), viewDefinition(before)]);
    expect((await request("/definitions/scripted")).status).toBe(404);
  });
});

describe("a step of a definition", () => {
  it("shows its wait, for what and until when, and what follows then", async () => {
    const { steps } = await setUpTickets().getJson("/definitions/ticket");
    expect(steps).toMatchObject([
      { kind: "pivot", waits: { takes_signal: true, wait_ms: 86_400_000, on_timeout: "turn-back", correlation: "ref" } },
      { kind: "retriable", waits: { takes_signal: true, on_timeout: "ask" } },
    ]);
  });

  it("shows the JSON Schema of its signal and of its result, where its library of schemas makes one", async () => {
    const { steps } = await setUpTickets().getJson("/definitions/ticket");
    const properties = { payment_id: { type: "integer" } };
    expect(steps).toMatchObject([
      { waits: { signal_schema: { type: "object", properties, required: ["payment_id"] } }, result_schema: { properties } },
      { waits: { signal_schema: { properties: { approved: { type: "boolean" } } } } },
    ]);
  });

  it("shows the terms that each saga records of it, and nothing of what it does not declare", () => {
    const patience = { attemptsMax: 2, backoffMsBase: 3, backoffMsMax: 4, deadlineMs: 5, giveUpMs: 6 };
    const steps: readonly StepScript[] = [
      { step: "plain", kind: "lasting" },
      { step: "patient", kind: "compensatable", patience, refusedRollback: "go-on", probes: true, rollbackIsRepeatable: true },
      { step: "timer", kind: "lasting", wait: { isTimer: true, waitUntil: "until", byDefault: { a: 1 } } },
      { step: "pay", kind: "pivot", keyed: false, orphanIsHarmless: true, arrivesWithinMs: 9, callTimeoutMs: 8 },
      { step: "mail", kind: "retriable", keyRetentionMs: 900_000, patience: { giveUpMs: 99_000_000 } },
    ];
    const view = viewDefinition(new ScriptedController(steps, new ScriptedWorld()));
    expect(definitionSchema.parse(view)).toEqual(view);
    const [plain, patient, timer, pay, mail] = view.steps;
    expect(plain).toEqual({
      step: "plain",
      kind: "lasting",
      participant: "plain",
      keyed: true,
      arrives_within_ms: 300_000,
      call_timeout_ms: 30_000,
      state: "DOING_PLAIN",
      events: { done: "PlainDone", failed: "PlainFailed" },
    });
    expect(patient).toMatchObject({
      patience: { attempts_max: 2, backoff_ms_base: 3, backoff_ms_max: 4, deadline_ms: 5, give_up_ms: 6 },
      refused_rollback: "go-on",
    });
    expect(patient).toMatchObject({
      looks_up: true,
      repeatable_rollback: true,
      events: { done: "PatientDone", failed: "PatientFailed", undone: "PatientUndone" },
    });
    expect(timer).not.toHaveProperty("call_timeout_ms");
    expect(timer?.events).toEqual({ done: "TimerDone", failed: "TimerFailed", timed_out: "TimerTimedOut" });
    expect(timer?.waits).toEqual({ takes_signal: false, wait_until: "until", on_timeout: "go-on", by_default: { a: 1 } });
    expect(pay).toMatchObject({ keyed: false, orphan_is_harmless: true, arrives_within_ms: 9, call_timeout_ms: 8 });
    expect(mail).toMatchObject({ events: { done: "MailDone" }, key_retention_ms: 900_000, patience: { give_up_ms: 99_000_000 } });
  });
});

describe("a definition that has paused itself", () => {
  async function setUpPaused() {
    const app = setUp({ autoPause: { ...defaultAutoPause, countMin: 2 } });
    app.answers.reserve = async () => unknown("key misused", { defect: true });
    const first = await bodyOf(await app.start({ "idempotency-key": "first" }));
    await app.start();
    return { ...app, firstId: first["saga_id"] };
  }

  it("refuses starts with 503 and the seconds until the next trial, and lets a trial through then", async () => {
    const { start, answers, clock } = await setUpPaused();
    clock.advanceBy(500);
    const refused = await start();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
    expect(await bodyOf(refused)).toMatchObject({
      type: "definition-paused",
      detail: expect.stringContaining("2 of 2 sagas that ended or stopped within 300 s came to need a human"),
    });
    clock.advanceBy(59_500);
    answers.reserve = async () => done();
    expect((await start()).status).toBe(200);
    expect((await start()).status).toBe(503);
  });

  it("gives a repeated key its saga", async () => {
    const { start, firstId } = await setUpPaused();
    const again = await start({ "idempotency-key": "first" });
    expect([again.status, (await bodyOf(again))["saga_id"]]).toEqual([202, firstId]);
  });

  it("is shown as such, with the numbers, by the definition and by the readiness, which stays 200", async () => {
    const { request, getJson } = await setUpPaused();
    const pause = {
      since: "2026-01-01T00:00:00.000Z",
      automatic: true,
      note: "2 of 2 sagas that ended or stopped within 300 s came to need a human",
    };
    expect((await getJson("/definitions/seat"))["paused"]).toEqual(pause);
    const ready = await request("/health/ready");
    expect([ready.status, (await bodyOf(ready))["paused"]]).toEqual([200, [{ definition: "seat", ...pause }]]);
  });
});

describe("a paused definition", () => {
  it("refuses starts with 503 and Retry-After until it is resumed, and shows who paused it and why", async () => {
    const { post, start, getJson } = setUp();
    const paused = await bodyOf(await post("/definitions/seat/pause", { by: "ada", note: "the hall is painted" }));
    expect(paused["paused"]).toEqual({
      since: "2026-01-01T00:00:00.000Z",
      automatic: false,
      by: "ada",
      note: "the hall is painted",
    });
    const again = await bodyOf(await post("/definitions/seat/pause", {}));
    expect(again["paused"]).toEqual(paused["paused"]);
    const refused = await start();
    expect([refused.status, refused.headers.get("retry-after"), (await bodyOf(refused))["type"]]).toEqual([
      503,
      "60",
      "definition-paused",
    ]);
    expect(await getJson("/sagas")).toMatchObject({ items: [] });
    expect(await bodyOf(await post("/definitions/seat/resume", {}))).not.toHaveProperty("paused");
    expect((await start()).status).toBe(200);
  });

  it("is shown by the readiness, which stays 200", async () => {
    const { post, request, getJson } = setUp();
    expect((await getJson("/health/ready"))["paused"]).toEqual([]);
    await post("/definitions/seat/pause", { by: "ada" });
    const ready = await request("/health/ready");
    expect([ready.status, (await bodyOf(ready))["paused"]]).toEqual([
      200,
      [{ definition: "seat", since: "2026-01-01T00:00:00.000Z", automatic: false, by: "ada" }],
    ]);
  });

  it.for(["a\u0000b", "half \ud800"])(
    "cannot have the note %j, which has control characters or half a character",
    async (note) => {
      const response = await setUp().post("/definitions/seat/pause", { note });
      expect(await bodyOf(response)).toMatchObject({
        status: 422,
        errors: [{ pointer: "/note", detail: "must have no control characters" }],
      });
    },
  );

  it("must exist: pausing an unknown definition is 404", async () => {
    expect((await setUp().post("/definitions/other/pause", {})).status).toBe(404);
  });
});
