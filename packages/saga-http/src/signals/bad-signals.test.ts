import { describe, expect, it } from "vitest";
import { bodyOf, settle, statusAndType } from "../testing/seat-app.ts";
import { setUpTickets } from "../testing/ticket-app.ts";

const paid = { payment_id: 7 };
const json = { "content-type": "application/json" };

/** One for all: each makes its OpenAPI document, with which every reply is compared. */
const app = setUpTickets();
let waiting = 0;

/** A saga that waits for its payment, and the route that signals it. */
async function atWait() {
  waiting += 1;
  const saga = await app.start(`waits ${waiting}`);
  const to = `${saga.path}/signals/wait-for-payment`;
  const send = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    app.request(to, { method: "POST", headers: { ...json, ...headers }, body });
  return { ...app, ...saga, to, send };
}

/** A signal whose members nest so many levels. */
function nested(levels: number): string {
  return `{"payment_id":7,"note":${"[".repeat(levels)}${"]".repeat(levels)}}`;
}

describe("a bad signal", () => {
  it.for<[string, string, number, string]>([
    ["no JSON", "{", 400, "malformed-json"],
    ["nothing", "", 400, "malformed-json"],
    ["null", "null", 422, "invalid-request"],
    ["a list", "[]", 422, "invalid-request"],
    ["a text", '"paid"', 422, "invalid-request"],
    ["a number that no double holds", '{"payment_id":9007199254740993}', 422, "invalid-request"],
    ["1e400", '{"payment_id":1e400}', 422, "invalid-request"],
    ["a number in an unknown member that no double holds", '{"payment_id":7,"more":{"a":1e400}}', 422, "invalid-request"],
    ["more than 64 KiB", JSON.stringify({ ...paid, note: "x".repeat(65_536) }), 413, "body-too-large"],
    ["members nested 30,000 deep", nested(30_000), 422, "invalid-request"],
    ["members nested one level deeper than allowed", nested(101), 422, "invalid-request"],
  ])("that is %s is refused, nothing is recorded of it, and the wait stays open", async ([, body, status, type]) => {
    const { send, getJson, path } = await atWait();
    const before = await getJson(path);
    expect(await statusAndType(await send(body))).toEqual([status, type]);
    expect(await getJson(path)).toEqual(before);
    expect((await bodyOf(await send(JSON.stringify(paid))))["signal"]).toBe("taken");
  });

  it("that nests as deep as is allowed is none: it is taken", async () => {
    const { send } = await atWait();
    expect((await bodyOf(await send(nested(100))))["signal"]).toBe("taken");
  });

  it("of 60 kB is none: it is taken, and shown whole", async () => {
    const { send, getJson, path } = await atWait();
    const large = { ...paid, note: "x".repeat(60_000) };
    expect((await bodyOf(await send(JSON.stringify(large))))["signal"]).toBe("taken");
    expect(await getJson(path)).toMatchObject({ data: large });
  });

  it("names a step by a word that every object has: it is 404", async () => {
    const { post, path } = await atWait();
    for (const step of ["__proto__", "constructor", "toString"]) {
      expect(await statusAndType(await post(`${path}/signals/${step}`, paid))).toEqual([404, "not-found"]);
      expect(await statusAndType(await post(`/signals/ticket/${step}/waits%20${waiting}`, paid))).toEqual([404, "not-found"]);
      expect(await statusAndType(await post(`/signals/${step}/wait-for-payment/waits%20${waiting}`, paid))).toEqual([
        404,
        "not-found",
      ]);
    }
  });
});

describe("a signal that is sent again", () => {
  it("with its members in another order is the same signal, with and without its key", async () => {
    const { send } = await atWait();
    const one = '{"payment_id":7,"note":{"a":1,"b":[{"c":2,"d":3}]}}';
    const other = '{"note":{"b":[{"d":3,"c":2}],"a":1},"payment_id":7}';
    const key = { "idempotency-key": "k" };
    expect((await bodyOf(await send(one, key)))["signal"]).toBe("taken");
    expect((await bodyOf(await send(other, key)))["signal"]).toBe("repeated");
    expect((await bodyOf(await send(other)))["signal"]).toBe("repeated");
  });

  it("with the key of another one is refused, be that one taken, kept or late, and is not recorded", async () => {
    const { post, getJson, path, to } = await atWait();
    const approval = `${path}/signals/wait-for-approval`;
    const key = (text: string) => ({ "idempotency-key": text });
    await post(approval, { approved: true }, key("kept"));
    await post(to, paid, key("taken"));
    expect(await statusAndType(await post(to, { payment_id: 8 }, key("late")))).toEqual([409, "signal-late"]);
    await settle();
    const before = await getJson(path);
    const reused = [422, "idempotency-key-reused"];
    for (const text of ["taken", "late"]) {
      expect(await statusAndType(await post(to, { payment_id: 9 }, key(text)))).toEqual(reused);
    }
    expect(await statusAndType(await post(approval, { approved: false }, key("kept")))).toEqual(reused);
    expect(await getJson(path)).toEqual(before);
    // A key counts for one step.
    expect((await bodyOf(await post(approval, { approved: true }, key("taken"))))["signal"]).toBe("repeated");
  });
});

describe("a correlation", () => {
  const signalAt = (part: string) =>
    app.request(`/signals/ticket/wait-for-payment/${part}`, { method: "POST", headers: json, body: JSON.stringify(paid) });

  it.for([
    "x".repeat(255),
    "/",
    "%2F",
    "%",
    "a?b#c&d=e",
    "A+1 b",
    "é",
    "\u{1f39f}",
    "__proto__",
    "9007199254740992",
    "007",
    "-0",
    "1e400",
    "...",
    " ",
    9007199254740991,
    -9007199254740991,
  ])("of %j finds its saga by its text in the path", async (ref) => {
    const { id } = await app.start(ref);
    expect((await bodyOf(await signalAt(encodeURIComponent(ref))))["saga_id"]).toBe(id);
  });

  it.for<[string, string]>([
    ["10 kB", "x".repeat(10_000)],
    ["256 characters", "x".repeat(256)],
    ["a text with NUL", "a\u0000b"],
    ["an empty text", ""],
    ["a dot", "."],
    ["two dots", ".."],
    ["a line break", "a\nb"],
  ])("of %s is refused at the start, and finds no saga", async ([, ref]) => {
    const before = await app.getJson("/sagas");
    const refused = await bodyOf(await app.post("/saga/ticket", { ref }));
    expect(refused).toMatchObject({ status: 422, errors: [{ pointer: "/ref" }] });
    expect((await signalAt(encodeURIComponent(ref))).status).toBe(404);
    expect(await app.getJson("/sagas")).toEqual(before);
  });

  it.for(["9007199254740992", "-9007199254740992", "1.5", "1e400", '"\\ud800"', '"a\\udc00"', "null", "true", '["A-1"]'])(
    "of %s in the input is refused at the start",
    async (ref) => {
      const before = await app.getJson("/sagas");
      const reply = await app.request("/saga/ticket", { method: "POST", headers: json, body: `{"ref":${ref}}` });
      expect(await bodyOf(reply)).toMatchObject({ status: 422, errors: [{ pointer: "/ref" }] });
      expect(await app.getJson("/sagas")).toEqual(before);
    },
  );

  it("that is no text in UTF-8 is 400", async () => {
    for (const part of ["%ED%A0%80", "%FF", "a%C3"])
      expect(await statusAndType(await signalAt(part))).toEqual([400, "malformed-url"]);
  });

  it("as a number and as the text of its digits is the same one, and as other digits another", async () => {
    await app.start(4711);
    expect(await statusAndType(await app.post("/saga/ticket", { ref: "4711" }))).toEqual([409, "correlation-taken"]);
    for (const part of ["04711", "4711.0", "4.711e3", "+4711", "4711%20"])
      expect(await statusAndType(await signalAt(part))).toEqual([404, "correlation-unknown"]);
  });

  it("of -0 is the one of 0", async () => {
    await app.request("/saga/ticket", { method: "POST", headers: json, body: '{"ref":-0}' });
    expect((await bodyOf(await app.post("/signals/ticket/wait-for-payment/0", paid)))["signal"]).toBe("taken");
  });
});
