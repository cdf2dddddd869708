import { describe, expect, it } from "vitest";
import { FingerprintMismatch } from "../definition/definition-error.ts";
import { OperationRefused } from "../ports/engine.ts";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { engineOn, type Setup, setUp, steps } from "../testing/engine-set-up.ts";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
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

  it("about a run is refused once the rollback of that step needs a human", async () => {
    const faults = { "pay/run": ["rejected"], "order/rollback": ["rejected"] } as const;
    const { controller, clock, rest } = await started({ steps: unkeyed, faults });
    const { saga } = await rest();
    const stale = { type: "resolved", at: clock.now(), step: "order", action: "run", applied: true, result: {} } as const;
    expect(choiceOf(controller, saga, stale)).toMatchObject({ allowed: false, reason: expect.stringContaining("not its run") });
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
    const next = new ScriptedController(changed, world, {}, { version: 2 });
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
