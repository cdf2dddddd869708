import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { runToRest, type Setup, setUp } from "../testing/engine-set-up.ts";
import { BUSY_RETRY_AFTER_MS, type Fault } from "../testing/scripted-saga.ts";
import { fold } from "../transition/transition.ts";
import { rolledBack } from "../transition/view.ts";

describe("the embedded engine", () => {
  it("undoes the done steps in reverse when a step is refused", async () => {
    const { status, saga, world } = await runToRest({ faults: { "pay/run": ["rejected"] } });
    expect(status).toBe("cancelled");
    expect(rolledBack(saga)).toEqual(["stock", "order"]);
    expect(world.effects).toEqual(["order/run", "stock/run", "stock/rollback", "order/rollback"]);
  });

  it("undoes nothing when the first step is refused", async () => {
    const { status, world } = await runToRest({ faults: { "order/run": ["rejected"] } });
    expect([status, world.effects]).toEqual(["cancelled", []]);
  });

  it("repeats a step that was unavailable", async () => {
    const { status, saga, world } = await runToRest({ faults: { "stock/run": ["unavailable", "unavailable"] } });
    expect(status).toBe("completed");
    expect(saga.steps[1]?.attempts).toBe(3);
    expect(world.calls.filter((call) => call === "stock/run")).toHaveLength(3);
  });

  it("compensates when a step is unavailable at every attempt, and names the step", async () => {
    const { saga, world } = await runToRest({
      policy: { attemptsMax: 3 },
      faults: { "pay/run": ["unavailable", "unavailable", "unavailable", "unavailable"] },
    });
    expect(saga.phase).toMatchObject({ name: "cancelled", turn: { cause: "unavailable", step: "pay" } });
    expect(saga.steps[2]).toMatchObject({ status: "skipped", attempts: 3 });
    expect(world.standing).toEqual([]);
  });

  it("settles an unknown outcome by repeating the same call under the same key", async () => {
    const { status, world } = await runToRest({ faults: { "order/run": ["reply-lost", "request-lost", "unavailable"] } });
    expect(status).toBe("completed");
    expect(world.effects.filter((effect) => effect === "order/run")).toHaveLength(1);
    expect(world.calls.filter((call) => call === "order/run")).toHaveLength(4);
  });

  it("does not read unavailable as the answer to an earlier unknown", async () => {
    const { status, world } = await runToRest({
      policy: { attemptsMax: 2 },
      faults: { "pay/run": ["reply-lost", "unavailable", "unavailable", "unavailable"] },
    });
    expect(status).toBe("completed");
    expect(world.standing).toEqual(["order", "stock", "pay", "mail"]);
  });

  it("repeats a rollback until it is done", async () => {
    const { status, world } = await runToRest({
      faults: { "pay/run": ["rejected"], "stock/rollback": ["unavailable", "reply-lost", "thrown", "request-lost"] },
    });
    expect(status).toBe("cancelled");
    expect(world.effects).toEqual(["order/run", "stock/run", "stock/rollback", "order/rollback"]);
  });

  it("settles the call under way at the deadline before anything is undone, and skips the next step", async () => {
    const { saga, world } = await runToRest({
      policy: { deadlineMs: 200 },
      faults: { "order/run": ["reply-lost", "unavailable", "unavailable", "unavailable", "unavailable"] },
    });
    expect(saga.phase).toMatchObject({ name: "cancelled", turn: { cause: "deadline", step: "order" } });
    expect(saga.steps.map(({ status }) => status)).toEqual(["undone", "skipped", "pending", "pending"]);
    expect(world.effects).toEqual(["order/run", "order/rollback"]);
  });

  it("goes forward to its end when the pivot proves done after the deadline", async () => {
    const { status, world } = await runToRest({
      policy: { deadlineMs: 200 },
      faults: { "pay/run": ["reply-lost", "unavailable", "unavailable", "unavailable", "unavailable"] },
    });
    expect(status).toBe("completed");
    expect(world.standing).toEqual(["order", "stock", "pay", "mail"]);
  });

  it("repeats a step after the pivot beyond the deadline and the maximum of attempts", async () => {
    const { status } = await runToRest({
      policy: { deadlineMs: 100, attemptsMax: 2 },
      faults: { "mail/run": ["unavailable", "unavailable", "request-lost", "unavailable", "reply-lost"] },
    });
    expect(status).toBe("completed");
  });

  it("waits for a participant's Retry-After, and turns back at once if that is beyond the deadline", async () => {
    const patient = setUp({ faults: { "order/run": ["busy"] }, policy: { deadlineMs: 100_000 } });
    const before = patient.clock.now();
    const { id } = await patient.engine.start({ definition: "scripted", input: {} });
    expect(await driveToRest(patient.engine, patient.clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(patient.clock.now() - before).toBeGreaterThanOrEqual(BUSY_RETRY_AFTER_MS);

    const hasty = setUp({ faults: { "pay/run": ["busy"] }, policy: { deadlineMs: 15_000 } });
    const { id: hastyId } = await hasty.engine.start({ definition: "scripted", input: {} });
    await settleMicrotasks();
    expect((await hasty.engine.get(hastyId))?.saga.phase).toMatchObject({ name: "cancelled", turn: { cause: "unavailable" } });
  });

  describe("stops a saga until a human acts", () => {
    it.for<[string, Setup, string]>([
      ["when a rollback is refused", { faults: { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } }, "refused"],
      ["when a step after the pivot is refused", { faults: { "mail/run": ["rejected"] } }, "refused"],
      ["when a participant says that a key was misused", { faults: { "stock/run": ["defect"] } }, "defect"],
      [
        "when a rollback says that a key was misused",
        { faults: { "pay/run": ["rejected"], "order/rollback": ["defect"] } },
        "defect",
      ],
      [
        "when repeating a call does not settle it before the time of giving up",
        { policy: { deadlineMs: 1_000, giveUpMs: 5_000 }, faults: { "order/run": Array<Fault>(500).fill("request-lost") } },
        "gave-up",
      ],
      [
        "when repeating a rollback does not complete it before the time of giving up",
        {
          policy: { deadlineMs: 1_000, giveUpMs: 5_000 },
          faults: { "pay/run": ["rejected"], "stock/rollback": Array<Fault>(500).fill("unavailable") },
        },
        "gave-up",
      ],
      [
        "when an unkeyed participant leaves an outcome unknown",
        {
          steps: [
            { step: "order", kind: "compensatable", keyed: false },
            { step: "pay", kind: "pivot" },
          ],
          faults: { "order/run": ["reply-lost"] },
        },
        "unknown-unkeyed",
      ],
      [
        "when an unkeyed rollback is unknown",
        {
          steps: [
            { step: "order", kind: "compensatable", keyed: false },
            { step: "pay", kind: "pivot" },
          ],
          faults: { "pay/run": ["rejected"], "order/rollback": ["reply-lost"] },
        },
        "unknown-unkeyed",
      ],
    ])("%s", async ([, setup, reason]) => {
      const { saga, status } = await runToRest(setup);
      expect(status).toBe("needs_intervention");
      expect(saga.phase).toMatchObject({ reason });
      expect(saga.steps.filter(({ nextAttemptAt }) => nextAttemptAt !== undefined)).toEqual([]);
    });

    it("without a second call to an unkeyed participant", async () => {
      const { world } = await runToRest({
        steps: [
          { step: "order", kind: "compensatable", keyed: false },
          { step: "pay", kind: "pivot", keyed: false },
        ],
        faults: { "pay/run": ["request-lost"] },
      });
      expect(world.calls).toEqual(["order/run", "pay/run"]);
    });
  });

  it("repeats an unkeyed rollback that is declared repeatable", async () => {
    const { status } = await runToRest({
      steps: [
        { step: "order", kind: "compensatable", keyed: false, rollbackIsRepeatable: true },
        { step: "pay", kind: "pivot" },
      ],
      faults: { "pay/run": ["rejected"], "order/rollback": ["request-lost", "thrown"] },
    });
    expect(status).toBe("cancelled");
  });

  it("holds the same saga that folding its journal gives", async () => {
    const { engine, saga, journal, controller } = await runToRest({
      faults: { "order/run": ["reply-lost"], "pay/run": ["unavailable", "rejected"], "stock/rollback": ["thrown"] },
    });
    expect(fold(controller, (await engine.history(saga.id)) ?? [])).toEqual(saga);
    expect(journal.durableRecords).toHaveLength(saga.seq);
  });
});

describe("a listener", () => {
  it("is reported as a defect if it throws, and the saga goes on", async () => {
    const defects: unknown[] = [];
    const { engine, clock } = setUp({ options: { onDefect: (error) => defects.push(error) } });
    engine.subscribe(() => {
      throw new Error("not my problem");
    });
    const { id } = await engine.start({ definition: "scripted", input: {} });
    expect(await driveToRest(engine, clock, id)).toMatchObject({ phase: { name: "completed" } });
    expect(defects.length).toBeGreaterThan(0);
  });
});
