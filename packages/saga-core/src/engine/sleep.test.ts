import { describe, expect, it } from "vitest";
import type { StartedSaga } from "../ports/engine.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { setUp } from "../testing/engine-set-up.ts";
import { statusOf } from "../transition/view.ts";

const start = { definition: "scripted", input: {} };
const patient = { deadlineMs: 3_600_000, attemptsMax: 1_000 };

describe("a saga with a long wait", () => {
  it("leaves memory, and goes on when it is due", async () => {
    const { engine, clock } = setUp({
      faults: { "order/run": ["busy", "busy"] },
      policy: patient,
      options: { sagasInFlightMax: 1 },
    });
    const first = await engine.start(start);
    await settleMicrotasks();
    const second = await engine.start(start);
    await settleMicrotasks();
    const ended: string[] = [];
    const noteEnd = async ({ id, untilRest }: StartedSaga) => void ended.push(`${id} ${statusOf(await untilRest())}`);
    const waiting = Promise.all([first, second].map(noteEnd));
    expect(await driveToRest(engine, clock, first.id)).toMatchObject({ phase: { name: "completed" } });
    await waiting;
    expect(ended).toEqual([`${first.id} completed`, `${second.id} completed`]);
  });

  it("can be read, found by its key, cancelled and retried while it sleeps", async () => {
    const faults = { "order/run": ["busy", "busy", "busy"] } as const;
    const { engine, clock, world } = setUp({ faults, policy: patient });
    const keyed = { ...start, idempotencyKey: "k" };
    const { id } = await engine.start(keyed);
    await settleMicrotasks();
    expect((await engine.get(id))?.saga.steps[0]).toMatchObject({ attempts: 1, nextAttemptAt: expect.any(Number) });
    const again = await engine.start(keyed);
    expect(again.id).toBe(id);
    await engine.retry(id);
    await settleMicrotasks();
    expect(world.calls).toEqual(["order/run", "order/run"]);
    await engine.cancel(id);
    expect(statusOf(await again.untilRest())).toBe("cancelled");
    expect(clock.isWaiting).toBe(false);
  });

  it("resolves its waiters with its present state when the engine stops", async () => {
    const { engine } = setUp({ faults: { "order/run": ["busy"] }, policy: patient });
    const { untilRest } = await engine.start(start);
    const rest = untilRest();
    await settleMicrotasks();
    await engine.drain(0);
    expect(statusOf(await rest)).toBe("running");
  });
});
