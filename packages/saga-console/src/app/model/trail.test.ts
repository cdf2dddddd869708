import { expect, it } from "vitest";
import { eventsOf } from "./samples.ts";
import { repairsOf } from "./trail.ts";

it("is all that people did to a saga, the last thing first, with who, what and why", () => {
  const events = eventsOf(
    { type: "started", data: {} },
    { type: "retry-requested", data: { by: "ada", note: "it is back" } },
    { type: "signalled", step: "wait", data: { outcome: "done" } },
    { type: "signalled", step: "wait", data: { outcome: "done", by: "bob" } },
    { type: "resolved", step: "pay", data: { applied: false, by: "ada", note: "nothing there" } },
  );
  expect(repairsOf(events)).toEqual([
    { seq: 5, at: expect.any(String), what: "not-applied", step: "pay", by: "ada", note: "nothing there" },
    { seq: 4, at: expect.any(String), what: "signal", step: "wait", by: "bob", note: undefined },
    { seq: 2, at: expect.any(String), what: "retry", step: undefined, by: "ada", note: "it is back" },
  ]);
});
