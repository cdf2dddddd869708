import { describe, expect, it } from "vitest";
import { bodyOf, setUp } from "../testing/seat-app.ts";

describe("GET /definitions", () => {
  it("shows the steps, kinds, states, transitions and diagram of each definition", async () => {
    const { getJson, request, controller } = setUp();
    const seat = await getJson("/definitions/seat");
    expect(seat).toMatchObject({
      definition: "seat",
      version: 1,
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
    expect(await getJson("/definitions")).toEqual({ items: [seat] });
    const diagram = await request("/definitions/seat/diagram");
    expect(diagram.headers.get("content-type")).toContain("text/plain");
    expect(await diagram.text()).toContain("RESERVING --> PAYING: Reserved");
    expect((await request("/definitions/other")).status).toBe(404);
    expect((await request("/definitions/other/diagram")).status).toBe(404);
  });
});

describe("a paused definition", () => {
  it("refuses starts with 503 and Retry-After until it is resumed, and shows who paused it and why", async () => {
    const { post, start, getJson } = setUp();
    const paused = await bodyOf(await post("/definitions/seat/pause", { by: "ada", note: "the hall is painted" }));
    expect(paused["paused"]).toEqual({ since: "2026-01-01T00:00:00.000Z", by: "ada", note: "the hall is painted" });
    const again = await bodyOf(await post("/definitions/seat/pause", {}));
    expect(again["paused"]).toEqual(paused["paused"]);
    const refused = await start();
    expect([refused.status, refused.headers.get("retry-after"), (await bodyOf(refused))["type"]]).toEqual([
      503,
      "1",
      "definition-paused",
    ]);
    expect(await getJson("/sagas")).toMatchObject({ items: [] });
    expect(await bodyOf(await post("/definitions/seat/resume", {}))).not.toHaveProperty("paused");
    expect((await start()).status).toBe(200);
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
