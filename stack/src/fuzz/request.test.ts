import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { asCurl, bytesOf, type FuzzRequest, withSagaId } from "./request.ts";

const request: FuzzRequest = {
  surface: "callers",
  credential: "start",
  method: "POST",
  target: "/sagas/{saga_id}/cancel",
  headers: [["x-a", "it's\u00ff"]],
  body: { bytes: Buffer.from('{"saga_ids":["{saga_id}"]}'), framing: 20 },
  saga: 0,
};
const sending = { host: "127.0.0.1:1", authorization: "Bearer saga_secret", sagaId: "" };

describe("a request of the fuzz", () => {
  it("has the id of its saga in the place of it, and its body in chunks", () => {
    expect(Buffer.from(bytesOf(withSagaId(request, "7"), sending)).toString("latin1")).toBe(
      [
        "POST /sagas/7/cancel HTTP/1.1",
        "host: 127.0.0.1:1",
        "authorization: Bearer saga_secret",
        "x-a: it's\u00ff",
        "transfer-encoding: chunked",
        "",
        "12",
        '{"saga_ids":["7"]}',
        "0",
        "",
        "",
      ].join("\r\n"),
    );
  });

  it("is shown as a command without its token", () => {
    expect(asCurl(withSagaId(request, "7"), sending)).toBe(
      `curl -i --path-as-is -X POST 'http://127.0.0.1:1/sagas/7/cancel' -H 'authorization: Bearer <token of start>' -H $'x-a: it\\'s\\xff' -H 'transfer-encoding: chunked' --data-binary '{"saga_ids":["7"]}'`,
    );
  });
});
