import { describe, expect, it } from "vitest";
import { bodyOf, setUp, statusAndType, unknownId } from "../testing/seat-app.ts";

const json = { "content-type": "application/json" };

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

function startWith(headers: Readonly<Record<string, string>>, body: Body) {
  return setUp().request("/saga/seat", { method: "POST", headers, body });
}

/** A body whose size no header declares. */
function streamOf(text: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([text]).stream();
}

describe("a route with a body", () => {
  it.for<[string, Readonly<Record<string, string>>, Body, number, string]>([
    ["no JSON", json, "{", 400, "malformed-json"],
    ["no UTF-8", json, new Uint8Array([0x22, 0xff, 0x22]), 400, "malformed-json"],
    ["another Content-Type", { "content-type": "text/plain" }, '{"seat":3}', 415, "unsupported-media-type"],
    [
      "a compressed body, also one that only says so",
      { ...json, "content-encoding": "gzip" },
      '{"seat":3}',
      415,
      "unsupported-media-type",
    ],
    [
      "a body whose transfer coding nobody undoes",
      { ...json, "transfer-encoding": "gzip, chunked" },
      '{"seat":3}',
      415,
      "unsupported-media-type",
    ],
    ["a declared size above the limit", { ...json, "content-length": "65537" }, '{"seat":3}', 413, "body-too-large"],
    ["a streamed size above the limit", json, streamOf(`{"seat":3}${" ".repeat(65_536)}`), 413, "body-too-large"],
    ["a malformed key, whatever the body is", { ...json, "idempotency-key": '""' }, "{", 400, "malformed-key"],
  ])("refuses %s", async ([, headers, body, status, type]) => {
    expect(await statusAndType(await startWith(headers, body))).toEqual([status, type]);
  });

  it("reads a body that is sent in chunks, and one whose Content-Encoding says that it has none", async () => {
    for (const headers of [{ "transfer-encoding": "chunked" }, { "content-encoding": "identity" }])
      expect((await startWith({ ...json, ...headers }, '{"seat":3}')).status).toBe(200);
  });

  it("reads a streamed body, and a Content-Type with a suffix and parameters", async () => {
    expect((await startWith({ "content-type": "application/seat+json; charset=utf-8" }, streamOf('{"seat":3}'))).status).toBe(
      200,
    );
  });

  it("refuses a number that would become another one, with a pointer to it", async () => {
    const reply = await bodyOf(await startWith(json, '{"seat":9007199254740993}'));
    expect(reply).toMatchObject({ status: 422, type: "invalid-request", errors: [{ pointer: "/seat" }] });
  });

  it("refuses unknown members of a strict body, each by its pointer", async () => {
    const reply = await bodyOf(await setUp().post(`/sagas/${unknownId}/cancel`, { by: "ada", "a/b": 1, c: 2 }));
    expect(reply["errors"]).toEqual([
      { pointer: "/a~1b", detail: "is not known here" },
      { pointer: "/c", detail: "is not known here" },
    ]);
  });
});

describe("a request without a route", () => {
  it("is answered 404 for an unknown path, and 405 with Allow for another method", async () => {
    const { request } = setUp();
    expect(await statusAndType(await request("/nowhere"))).toEqual([404, "not-found"]);
    const response = await request("/sagas", { method: "PUT" });
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(await statusAndType(response)).toEqual([405, "method-not-allowed"]);
  });
});
