import { createServer } from "node:http";
import { JournalError } from "saga-core";
import { expect, it } from "vitest";
import { ServiceNames } from "../objects/service-names.ts";
import { timings } from "../timings.ts";
import { RestateIngress } from "./restate-ingress.ts";

/** A server in the place of Restate's ingress, and requests to it. */
async function withIngress<Result>(
  answer: (url: string) => { readonly status: number; readonly body: string },
  request: (ingress: RestateIngress) => Promise<Result>,
): Promise<Result> {
  const server = createServer(({ url = "" }, response) => {
    const { status, body } = answer(url);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    return await request(new RestateIngress(`http://127.0.0.1:${port}`, new ServiceNames("test")));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const startedBefore = { status: 409, body: '{"code":409,"message":"the workflow method was already invoked"}' };
const input = { driverVersion: 1, started: {} };

it("waits for the end of a saga whose start the runtime sent again, because the first answer was lost", async () => {
  const urls: string[] = [];
  const answer = (url: string) => {
    urls.push(url);
    return url.endsWith("/attach") ? { status: 200, body: "[1]" } : startedBefore;
  };
  expect(await withIngress(answer, (ingress) => ingress.run("saga", "id", input, new AbortController().signal))).toEqual([1]);
  expect(urls.map((url) => url.split("/").at(-1))).toEqual(["run", "attach"]);
});

/** Attaches to a saga that Restate does not know for the first requests. Returns its end, or the error, and the number of requests. */
async function attach(unknownFor: number) {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    const isKnown = requests > unknownFor;
    response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" });
    response.end(isKnown ? "null" : '{"code":404,"message":"not found","source":"invocation"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    const ingress = new RestateIngress(`http://127.0.0.1:${port}`, new ServiceNames("test"));
    const end = await ingress.attach("saga", "id", new AbortController().signal).catch((error: unknown) => error);
    return { end, requests, failure: ingress.failure };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it("waits for a saga that the object of its key has just sent, although Restate does not know it yet", async () => {
  expect(await attach(2)).toEqual({ end: null, requests: 3, failure: undefined });
});

it("is told that a saga is gone when Restate does not get to know it", async () => {
  const { end, requests, failure } = await attach(Infinity);
  expect(end).toBeInstanceOf(JournalError);
  expect([requests, failure]).toEqual([1 + timings.sentLooksMax, expect.stringContaining("404")]);
});
