import type { Saga } from "saga-core";
import { ParticipantGates, startOf, transition } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { OutgoingCalls } from "../process/outgoing-calls.ts";
import { Attempts } from "./attempts.ts";

const oneAtATime = { callsInFlightMax: 1, failuresMax: 10, openMsBase: 1_000, openMsMax: 1_000 };

/** A process, and a participant with a limit of one call at a time. */
function scene() {
  const clock = new SimulatedClock();
  const world = new ScriptedWorld();
  const controller = new ScriptedController(contractSteps, world);
  const calls = new OutgoingCalls();
  const gates = new ParticipantGates(oneAtATime, { clock, resume: async () => undefined, onChange: () => undefined });
  const attempts = new Attempts(controller, { gates, clock, random: () => 0.5, openMsBase: 1_000, calls });
  const start = { at: clock.now(), id: "saga", input: {}, idempotencyKey: undefined, trace: undefined };
  const { saga }: { readonly saga: Saga } = transition(controller, undefined, startOf(controller, start));
  const lost = new AbortController();
  const make = () =>
    attempts.make(
      saga,
      { type: "run", step: "order", attempt: 1, after: 1 },
      { lost: lost.signal, isInsistent: false, turnsAt: Infinity },
    );
  return { world, calls, make, lost };
}

describe("a call that waits for its turn at a participant", () => {
  it("is not made when the process stops meanwhile, and is not in doubt", async () => {
    const { world, calls, make } = scene();
    const release = world.hold("order/run");
    const first = make();
    await expect.poll(() => world.arrived).toHaveLength(1);
    const second = make();
    const stopped = calls.stop();
    release();
    await stopped;
    expect(await first).toMatchObject({ outcome: { outcome: "done" } });
    expect(await second).toMatchObject({ openUntil: expect.any(Number) });
    expect(world.arrived).toHaveLength(1);
  });

  it("is not made when Restate loses its execution meanwhile", async () => {
    const { world, make, lost } = scene();
    const release = world.hold("order/run");
    const first = make();
    await expect.poll(() => world.arrived).toHaveLength(1);
    const second = make();
    lost.abort();
    release();
    await first;
    await expect(second).rejects.toThrow("its execution was lost");
    expect(world.arrived).toHaveLength(1);
  });
});
