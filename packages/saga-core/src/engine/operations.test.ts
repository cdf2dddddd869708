import { describe, expect, it } from "vitest";
import { FingerprintMismatch } from "../definition/definition-error.ts";
import { OperationRefused } from "../ports/engine.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, type Setup, setUp, steps } from "../testing/engine-set-up.ts";
import { ScriptedController, ScriptedWorld, type StepScript } from "../testing/scripted-saga.ts";
import { choiceOf, choicesOf } from "../transition/choices.ts";
import { statusOf } from "../transition/view.ts";

/** A deadline that is longer than the Retry-After of a busy participant. */
const patient = { deadlineMs: 120_000 };

const unkeyed: readonly StepScript[] = [
  { step: "order", kind: "compensatable", keyed: false, arrivesWithinMs: 60_000 },
  { step: "pay", kind: "pivot", keyed: false, arrivesWithinMs: 60_000 },
];

/** A saga that was started and came to rest, or waits. */
async function started(setup: Setup) {
  const parts = setUp(setup);
  const { id } = await parts.engine.start({ definition: "scripted", input: {} });
  const rest = async () => {
    const saga = await driveToRest(parts.engine, parts.clock, id);
    if (!saga) throw new Error("the saga is gone");
    return { saga, status: statusOf(saga) };
  };
  return { ...parts, id, rest };
}

async function refusal(promise: Promise<unknown>): Promise<OperationRefused> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof OperationRefused) return error;
  throw new Error(`it should have been refused: ${String(error)}`);
}

describe("a cancel", () => {
  it("undoes the done steps, and sends no further run", async () => {
    const { engine, id, world, rest } = await started({ faults: { "stock/run": ["busy"] }, policy: patient });
    await settleMicrotasks();
    await engine.cancel(id, { by: "ada", note: "wrong size" });
    const { saga, status } = await rest();
    expect(status).toBe("cancelled");
    expect(saga.phase).toMatchObject({ turn: { cause: "cancelled", reason: "it was cancelled by ada: wrong size" } });
    expect(world.calls).toEqual(["order/run", "stock/run", "order/rollback"]);
    expect(world.standing).toEqual([]);
  });

  it("also undoes a chain without a pivot whose last step was done meanwhile", async () => {
    const chain: readonly StepScript[] = [{ step: "order", kind: "compensatable" }];
    const { engine, id, world, rest } = await started({ steps: chain, faults: { "order/run": ["reply-lost"] } });
    await settleMicrotasks();
    await engine.cancel(id);
    expect((await rest()).status).toBe("cancelled");
    expect(world.effects).toEqual(["order/run", "order/rollback"]);
  });

  it("is refused once the pivot may have been sent, and once the saga has ended", async () => {
    const { engine, id, rest } = await started({ faults: { "pay/run": ["reply-lost"] } });
    await settleMicrotasks();
    expect((await refusal(engine.cancel(id))).message).toContain("its pivot may have been sent");
    expect((await rest()).status).toBe("completed");
    expect((await refusal(engine.cancel(id))).message).toContain("the saga has ended: it is completed");
    expect((await refusal(engine.cancel("nobody"))).refusal).toBe("not-found");
  });

  it("stays in force for a saga that needs a human, and undoes it after the human's answer", async () => {
    const { engine, clock, id, world, rest } = await started({ steps: unkeyed, faults: { "order/run": ["reply-lost"] } });
    expect((await rest()).status).toBe("needs_intervention");
    await engine.cancel(id);
    expect((await rest()).status).toBe("needs_intervention");
    clock.advanceBy(1_000);
    await engine.resolve(id, { step: "order", applied: true });
    expect((await rest()).status).toBe("cancelled");
    expect(world.effects).toEqual(["order/run", "order/rollback"]);
  });
});

describe("a retry", () => {
  it("makes the waiting call now", async () => {
    const { engine, clock, id, world } = await started({ faults: { "order/run": ["busy"] }, policy: patient });
    await settleMicrotasks();
    const before = clock.now();
    await engine.retry(id);
    await settleMicrotasks();
    expect(clock.now()).toBe(before);
    expect(world.calls.slice(0, 3)).toEqual(["order/run", "order/run", "stock/run"]);
  });

  it("repeats a keyed call that was given up until patience ends again", async () => {
    const lost = Array.from({ length: 60 }, () => "request-lost" as const);
    const policy = { giveUpMs: 20_000, deadlineMs: 15_000, backoffMsBase: 2_000 };
    const { engine, id, rest } = await started({ faults: { "order/run": lost }, policy });
    expect((await rest()).saga.phase).toMatchObject({ name: "needs-intervention", reason: "gave-up" });
    await engine.retry(id);
    expect((await rest()).saga.phase).toMatchObject({ name: "needs-intervention", reason: "gave-up" });
  });

  it("is refused if it could apply a call twice", async () => {
    const { engine, id, world, rest } = await started({ steps: unkeyed, faults: { "order/run": ["request-lost"] } });
    await rest();
    expect((await refusal(engine.retry(id))).message).toContain("its participant keeps no keys");
    expect(world.calls).toEqual(["order/run"]);
  });

  it("is refused if the participant may have forgotten the key", async () => {
    const lost = Array.from({ length: 60 }, () => "request-lost" as const);
    const chain = steps.map((step) => ({ ...step, keyRetentionMs: 80_000, arrivesWithinMs: 60_000 }));
    const { engine, id, rest } = await started({ steps: chain, faults: { "order/run": lost } });
    expect((await rest()).saga.phase).toMatchObject({ reason: "gave-up" });
    expect((await refusal(engine.retry(id))).message).toContain("may have forgotten the key");
  });
});

describe("a human's answer", () => {
  it("that a call was not applied is accepted only when the attempt can no longer arrive", async () => {
    const { engine, controller, clock, id, world, rest } = await started({
      steps: unkeyed,
      faults: { "pay/run": ["request-lost"] },
    });
    const { saga } = await rest();
    const early = await refusal(engine.resolve(id, { step: "pay", applied: false }));
    expect(early.message).toContain("may still be on its way");
    expect(choicesOf(controller, saga, clock.now()).notApplied).toMatchObject({ allowed: false, from: early.from });
    clock.advanceBy((early.from ?? 0) - clock.now());
    await engine.resolve(id, { step: "pay", applied: false });
    // Its deadline has passed meanwhile.
    expect((await rest()).status).toBe("cancelled");
    expect(world.standing).toEqual([]);
  });

  it("is refused for another step, and for a running saga", async () => {
    const { engine, id, rest } = await started({ steps: unkeyed, faults: { "order/run": ["reply-lost"] } });
    await rest();
    expect((await refusal(engine.resolve(id, { step: "pay", applied: true }))).message).toContain("is the step order, not pay");
    const running = await started({ faults: { "order/run": ["busy"] }, policy: patient });
    await settleMicrotasks();
    const refused = await refusal(running.engine.resolve(running.id, { step: "order", applied: true }));
    expect(refused.message).toContain("the saga is running");
  });

  it("about a run is refused once the rollback of that step needs a human", async () => {
    const faults = { "pay/run": ["rejected"], "order/rollback": ["rejected"] } as const;
    const { controller, clock, rest } = await started({ steps: unkeyed, faults });
    const { saga } = await rest();
    const stale = { type: "resolved", at: clock.now(), step: "order", action: "run", applied: true, result: {} } as const;
    expect(choiceOf(controller, saga, stale)).toMatchObject({ allowed: false, reason: expect.stringContaining("not its run") });
  });

  it("about a refused rollback settles it, or sends it again", async () => {
    const faults = { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } as const;
    for (const applied of [true, false]) {
      const chain = steps.map((step) => ({ ...step, keyed: false }));
      const { engine, id, world, rest } = await started({ steps: chain, faults });
      expect((await rest()).saga.phase).toMatchObject({ reason: "refused", action: "rollback" });
      await engine.resolve(id, { step: "stock", applied });
      expect((await rest()).status).toBe("cancelled");
      expect(world.calls.filter((call) => call === "stock/rollback")).toHaveLength(applied ? 1 : 2);
    }
  });
});

describe("two concurrent operations on a saga", () => {
  it("are applied one after the other, and the saga frees its place when it ends", async () => {
    const faults = { "order/run": ["reply-lost"] } as const;
    const { engine, clock, id, world, rest } = await started({ steps: unkeyed, faults, options: { sagasInFlightMax: 1 } });
    await rest();
    await Promise.all([engine.cancel(id), engine.resolve(id, { step: "order", applied: true })]);
    expect((await rest()).status).toBe("cancelled");
    expect(world.effects).toEqual(["order/run", "order/rollback"]);
    // It is forgotten: there is room for the next one, and nothing that a drain waits for.
    const next = await engine.start({ definition: "scripted", input: {} });
    expect(await driveToRest(engine, clock, next.id)).toMatchObject({ phase: { name: "completed" } });
    await engine.drain(0);
  });
});

describe("an unknown outcome at an unkeyed participant", () => {
  const looking = unkeyed.map((step) => ({ ...step, probes: true }));

  it("is settled by a probe that finds that the call was applied", async () => {
    const { world, rest } = await started({ steps: looking, faults: { "order/run": ["reply-lost"] } });
    expect((await rest()).status).toBe("completed");
    expect(world.calls).toEqual(["order/run", "order/probe", "pay/run"]);
  });

  it("is probed until the attempt can no longer arrive, and then the call is sent again", async () => {
    const { world, rest } = await started({
      steps: looking,
      faults: { "order/run": ["request-lost"] },
      policy: { deadlineMs: 80_000 },
    });
    expect((await rest()).status).toBe("completed");
    expect(world.calls).toEqual(["order/run", "order/probe", "order/probe", "order/run", "pay/run"]);
  });

  it("of a pivot with a harmless orphan counts as refused, and the orphan is listed", async () => {
    const harmless = unkeyed.map((step) => ({ ...step, orphanIsHarmless: step.kind === "pivot" }));
    const { world, rest } = await started({ steps: harmless, faults: { "pay/run": ["reply-lost"] } });
    const { saga, status } = await rest();
    expect(status).toBe("cancelled");
    expect(saga.orphans).toEqual(["pay"]);
    expect(world.standing).toEqual(["pay"]);
  });
});

describe("a changed definition", () => {
  const changed: readonly StepScript[] = [...steps, { step: "ship", kind: "retriable" }];

  it("is refused if it has open sagas and the same version", async () => {
    const { journal, clock } = await started({ faults: { "order/run": ["busy"] }, policy: patient });
    await settleMicrotasks();
    const controller = new ScriptedController(changed, new ScriptedWorld());
    const defects: unknown[] = [];
    const engine = engineOn({ controller, journal: journal.crash(), clock }, { onDefect: (error) => defects.push(error) });
    await expect(engine.resume()).rejects.toThrow(FingerprintMismatch);
    expect(defects).toEqual([]);
  });

  it("with a raised version runs new sagas while old ones end in their own version", async () => {
    const { journal, clock, id, controller } = await started({ faults: { "order/run": ["busy"] }, policy: patient });
    await settleMicrotasks();
    const world = new ScriptedWorld();
    const next = new ScriptedController(changed, world, {}, 2);
    const engine = engineOn(
      { controller, journal: journal.crash(), clock },
      { controllers: [controller, next], newId: () => "saga-0002" },
    );
    await engine.resume();
    await engine.start({ definition: "scripted", input: {} });
    expect(await driveToRest(engine, clock, id)).toMatchObject({ version: 1, phase: { name: "completed" } });
    expect(await driveToRest(engine, clock, "saga-0002")).toMatchObject({ version: 2, phase: { name: "completed" } });
    expect(world.standing).toEqual(["order", "stock", "pay", "mail", "ship"]);
  });
});
