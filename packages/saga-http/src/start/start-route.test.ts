import { JournalError, type Outcome, rejected, type SagaEvent, unavailable, unknown } from "saga-core";
import { MemoryJournal } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { sagaSchema } from "../sagas/saga-view.ts";
import { bodyOf, settle, setUp, statusAndType } from "../testing/seat-app.ts";

class FailingJournal extends MemoryJournal {
  override begin(): Promise<void> {
    return Promise.reject(new JournalError("disk full"));
  }
}

describe("POST /saga/{definition}", () => {
  it("answers 200 with the end of the saga, and only those results that the resource shows", async () => {
    const response = await setUp().start();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ticket: 7, status: "OK", saga_id: expect.any(String), state: "COMPLETED" });
  });

  it.for<[string, Outcome<never>, number, string]>([
    ["409 when a participant refuses", rejected("sold out"), 409, "saga-cancelled"],
    ["503 when a participant is unavailable", unavailable("away"), 503, "participant-unavailable"],
  ])("answers %s, with the steps that were undone", async ([, outcome, status, type]) => {
    const { answers, start } = setUp();
    answers.pay = async () => outcome;
    const response = await start();
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ type, status, step: "pay", state: "CANCELLED", rolled_back: ["reserve"] });
  });

  const databaseText = [
    "400 (mysql.connector.errors.DataError) 1264 (22003): Out of range value for column 'total_amount' at row 1",
    "[SQL: INSERT INTO payments (user_id, total_amount) VALUES (%(user_id)s, %(total_amount)s)]",
    "[parameters: {'user_id': 815, 'total_amount': 99999999999.0}]",
    "(Background on this error at: https://sqlalche.me/e/20/9h9h)",
  ];
  const firstLine = "400 (mysql.connector.errors.DataError) 1264 (22003): Out of range value for column 'total_amount' at row 1";

  it.for<[string, string]>([
    ["in several lines", databaseText.join("\n")],
    ["in several lines of Windows", databaseText.join("\r\n")],
    ["in one line", databaseText.join(" ")],
    ["in several lines without SQL", `${firstLine}\nThe row was of user 815.`],
  ])("shows the first line of a refusal, without SQL and parameters, and operators see all of it: %s", async ([, text]) => {
    const { answers, start, getJson } = setUp();
    answers.pay = async () => rejected(text);
    const reply = await bodyOf(await start());
    expect(reply).toMatchObject({
      type: "saga-cancelled",
      reason: firstLine,
      detail: `The step pay could not be done: ${firstLine}`,
    });
    const shown = JSON.stringify(reply);
    for (const hidden of ["SQL:", "parameters", "815", "Background"]) expect(shown).not.toContain(hidden);
    const { steps } = await getJson(`/sagas/${String(reply["saga_id"])}`);
    expect(steps).toMatchObject([{}, { last_error: { reason: text } }]);
  });

  it("shows no SQL and no parameters of a call in doubt either, while operators see them", async () => {
    const { answers, start, getJson } = setUp();
    answers.reserve = async () => unknown(databaseText.join("\n"), { defect: true });
    const response = await start();
    expect(response.status).toBe(202);
    const reply = await bodyOf(response);
    expect(reply["explanation"]).toContain(`Seen, at attempt 1: ${firstLine}. `);
    const shown = JSON.stringify(reply);
    for (const hidden of ["SQL:", "[parameters", "815", "Background"]) expect(shown).not.toContain(hidden);
    const { explanation, steps } = await getJson(`/sagas/${String(reply["saga_id"])}`);
    expect(explanation).toContain("[parameters: {'user_id': 815");
    expect(steps).toMatchObject([{ last_error: { reason: databaseText.join("\n") } }, {}]);
  });

  it("waits as long as its client prefers, but no longer than the limit", async () => {
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
        (reply) => {
          response = reply;
        },
        () => undefined,
      );
      await settle();
      if (waitMs > 0) {
        clock.advanceBy(waitMs - 1);
        await settle();
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

  it("answers 202 at once for a saga that needs a human, with an explanation", async () => {
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
    ["that is empty", '""'],
    ["that is too long", "x".repeat(256)],
    ["that is not closed", '"key'],
    ["with a control character", "a\tb"],
    ["that is not ASCII", "clé"],
    ["that was sent twice", "abc, def"],
  ])("refuses an Idempotency-Key %s", async ([, key]) => {
    const { start, getJson } = setUp();
    const response = await start({ "idempotency-key": key });
    expect(await statusAndType(response)).toEqual([400, "malformed-key"]);
    expect(await getJson("/sagas")).toMatchObject({ items: [] });
  });

  it("reads a quoted and a bare key as the same key, and refuses another body with it", async () => {
    const { start } = setUp();
    const [first, second, other] = [
      await start({ "idempotency-key": '"k \\"1\\""' }),
      await start({ "idempotency-key": '"k \\"1\\""' }),
      await start({ "idempotency-key": '"k \\"1\\""' }, '{"seat":4}'),
    ];
    expect((await bodyOf(second))["saga_id"]).toBe((await bodyOf(first))["saga_id"]);
    expect(await statusAndType(other)).toEqual([422, "idempotency-key-reused"]);
    const { start: startBare } = setUp();
    const [bare, quoted] = [await startBare({ "idempotency-key": "k" }), await startBare({ "idempotency-key": '"k"' })];
    expect((await bodyOf(bare))["saga_id"]).toBe((await bodyOf(quoted))["saga_id"]);
  });

  it("answers 422 with a pointer to each invalid member", async () => {
    const response = await setUp().start({}, '{"seat":0.5}');
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: "invalid-request",
      errors: [{ pointer: "/seat", detail: "must be a whole number" }],
    });
  });

  it("answers 503 with Retry-After when too many sagas are in flight, and while the orchestrator is stopping", async () => {
    const { answers, start, engine } = setUp({ sagasInFlightMax: 1 });
    answers.reserve = () => new Promise(() => undefined);
    await start({ prefer: "respond-async" });
    const overloaded = await start();
    expect(overloaded.headers.get("retry-after")).toBe("1");
    expect(await statusAndType(overloaded)).toEqual([503, "overloaded"]);
    const drained = engine.drain(1);
    const draining = await start();
    expect(draining.headers.get("retry-after")).toBe("1");
    expect(await statusAndType(draining)).toEqual([503, "draining"]);
    drained.catch(() => undefined);
  });

  it("answers 503 with the measured time in Retry-After when one more saga could not make its calls before its deadline", async () => {
    const { answers, clock, engine, controller, start } = setUp();
    answers.reserve = () => new Promise(() => undefined);
    // As many as may call their participant at a time.
    for (let saga = 0; saga < 64; saga += 1) await engine.start({ definition: controller.name, input: { seat: 3 } });
    const answered = start({ prefer: "respond-async" });
    await settle();
    clock.advanceBy(3_000);
    const overloaded = await answered;
    expect(overloaded.headers.get("retry-after")).toBe(String(controller.policy.deadlineMs / 1_000));
    expect(await bodyOf(overloaded)).toMatchObject({
      type: "overloaded",
      detail: expect.stringContaining("64 sagas are on their way and none gets through"),
    });
  });

  it("passes on a W3C trace context, and drops a malformed one", async () => {
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

  it("answers 503 when the start cannot be written to the journal", async () => {
    const response = await setUp({ journal: new FailingJournal() }).start();
    expect(await statusAndType(response)).toEqual([503, "journal-unavailable"]);
  });
});
