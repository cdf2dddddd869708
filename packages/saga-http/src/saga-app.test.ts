import { MemoryJournal } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sagaApp } from "./saga-app.ts";
import { setUp } from "./testing/seat-app.ts";
import { result, SeatSagaController } from "./testing/seat-saga.ts";

describe("sagaApp", () => {
  it("throws for a resource whose input is not its controller's schema", () => {
    const { engine, clock } = setUp();
    const controller = new SeatSagaController({});
    const resources = [{ controller, input: z.object({}), result }];
    const make = () =>
      sagaApp({
        info: { title: "", version: "" },
        engine,
        index: new MemoryJournal(),
        clock,
        resources,
        syncWaitMsMax: 1,
        onError: () => undefined,
      });
    expect(make).toThrow(/must show the input schema of its controller/);
  });
});

describe("a defect", () => {
  it("is logged, and its details are not in the reply", async () => {
    class Unlistable extends MemoryJournal {
      override list(): Promise<readonly string[]> {
        return Promise.reject(new Error("the inside"));
      }
    }
    const { request, errors } = setUp({ journal: new Unlistable() });
    const response = await request("/sagas");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("the inside");
    expect(errors).toEqual([new Error("the inside")]);
  });
});
