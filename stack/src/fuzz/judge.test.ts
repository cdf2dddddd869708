import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { readApi } from "./api-routes.ts";
import type { HttpReply } from "./http-reply.ts";
import { Judge } from "./judge.ts";
import type { FuzzRequest } from "./request.ts";

const problems = {
  content: {
    "application/problem+json": { schema: { type: "object", properties: { type: { enum: ["not-found", "overloaded"] } } } },
  },
};
const document = {
  paths: {
    "/sagas/{saga_id}": {
      get: {
        responses: { 200: { content: { "application/json": { schema: { type: "object" } } } }, 404: problems, 503: problems },
      },
    },
  },
  components: { schemas: {} },
};
const judge = new Judge({
  api: readApi([document]),
  documents: { callers: document, operators: document },
  problemTypes: new Set(["not-found", "overloaded"]),
});

const request: FuzzRequest = {
  surface: "callers",
  credential: "read",
  method: "GET",
  target: "/sagas/1?x=y",
  headers: [],
  body: undefined,
  saga: 0,
};

function reply(status: number, body: object, headers: Readonly<Record<string, string>> = {}): HttpReply {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return {
    status,
    headers: new Headers({ "content-type": type, ...headers }),
    body: Buffer.from(JSON.stringify({ title: "A title.", status, ...body })),
    isKept: true,
  };
}

describe("the judge of the fuzz", () => {
  it("finds nothing in what is documented", async () => {
    const replies = [
      reply(200, {}),
      reply(404, { type: "not-found" }),
      reply(503, { type: "overloaded" }, { "retry-after": "1" }),
    ];
    for (const each of replies) expect([each.status, await judge.faultsOf(request, each)]).toEqual([each.status, []]);
  });

  it.for<[string, HttpReply, Partial<FuzzRequest>, RegExp]>([
    ["a 500", reply(500, { type: "not-found" }), {}, /a 500 of the type not-found/],
    ["a 503 without a Retry-After", reply(503, { type: "overloaded" }), {}, /a 503 of the type overloaded/],
    ["a 404 that is a page", reply(404, {}, { "content-type": "text/html" }), {}, /is no problem\+json, but text\/html/],
    ["a type without a page", reply(404, { type: "no-such-type" }), {}, /undocumented type no-such-type/],
    ["a body that is of another status", reply(404, { type: "not-found", status: 400 }), {}, /a 404 says that it is a 400/],
    ["a status that is not documented", reply(409, { type: "not-found" }), {}, /409 is not in the document/],
    ["a reader without a token who is let in", reply(200, {}), { credential: "none" }, /none was let in \(200\)/],
  ])("finds %s", async ([, each, change, fault]) => {
    expect((await judge.faultsOf({ ...request, ...change }, each)).join()).toMatch(fault);
  });

  it("finds what was accepted and must be refused", () => {
    const talk = { name: "x", surface: "callers", sent: "", partSizes: [], awaits: "any", isRefused: true } as const;
    expect(judge.faultsOfTalk(talk, reply(200, {}))).toEqual(["it was accepted (200)"]);
    expect(judge.faultsOfTalk(talk, reply(400, { type: "about:blank" }))).toEqual([]);
  });
});
