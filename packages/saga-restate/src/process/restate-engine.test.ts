import { systemClock } from "saga-clock";
import { ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { RestateEngine } from "./restate-engine.ts";

const steps = [{ step: "order", kind: "compensatable" }] as const;
const [old, current] = [1, 2].map((version) => new ScriptedController(steps, new ScriptedWorld(), {}, { version }));

describe("a start from code on Restate", () => {
  it("is refused where its version is not the newest one, before any request", async () => {
    if (!old || !current) throw new Error("There are no definitions.");
    const engine = new RestateEngine({
      controllers: [old, current],
      // Nothing listens there.
      ingressUrl: "http://127.0.0.1:1",
      adminUrl: "http://127.0.0.1:1",
      namespace: "test",
      clock: systemClock,
      random: () => 0.5,
      newId: () => "saga-1",
      sagasInFlightMax: 1,
      retention: { sagasMs: 1_000, keysMs: 1_000 },
      onDefect: () => undefined,
    });
    await expect(engine.start(old, {})).rejects.toMatchObject({ refusal: "unknown-definition" });
    await expect(engine.start(old, {})).rejects.toThrow("its newest version here is 2");
    await engine.drain(0);
  });
});
