import { describe, expect, it } from "vitest";
import { registeredTracer } from "./registered-tracer.ts";
import { inServerSpan, nameServerSpan, serverSpan } from "./server-span.ts";

describe("without a tracer of the host", () => {
  it("there is none, and a server gets the function that it would have got", () => {
    const serve = () => new Response("here");
    expect(registeredTracer("test")).toBeUndefined();
    expect(inServerSpan(serve)).toBe(serve);
  });

  it("a request has no span, and its route is told to nobody", () => {
    nameServerSpan("GET", "/sagas");
    expect(serverSpan()).toBeUndefined();
  });
});
