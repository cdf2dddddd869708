import { defaultGateLimits, type Outcome, unavailable, unknown } from "saga-core";
import { contractSteps, ScriptedWorld, type StepScript, unkeyedSteps } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { SimulatedSaga } from "../simulation/simulated-saga.ts";
import { timings } from "../timings.ts";
import { defaultRepeatLimits } from "./repeat-limits.ts";

const HOUR_MS = 3_600_000;
/** More turns than the workflow takes until it waits. */
const IDLE_MAX = 50;
/** Every attempt is repeated in its batch, and few records are kept. */
const repeats = { ...defaultRepeatLimits, attemptsMin: 0, reportsMax: 2, recordsMax: 2 };

/** The mail fails with a text as long as a page, and another one each time, until it is mended. */
class LoudWorld extends ScriptedWorld {
  readonly #fail: (text: string) => Outcome;
  isMended = false;

  constructor(fail: (text: string) => Outcome = unavailable) {
    super();
    this.#fail = fail;
  }

  override answer(...call: Parameters<ScriptedWorld["answer"]>): Outcome {
    const [step, action] = call;
    if (step !== "mail" || this.isMended) return super.answer(...call);
    this.calls.push(`${step}/${action}`);
    return this.#fail(`${this.calls.length} ${"x".repeat(60_000)}`);
  }

  get mails(): number {
    return this.calls.filter((call) => call === "mail/run").length;
  }
}

interface Scene {
  readonly steps?: readonly StepScript[];
  readonly world?: LoudWorld;
  readonly backoffMs?: number;
  readonly giveUpMs?: number;
  readonly limits?: typeof defaultRepeatLimits;
}

function sagaOf({ steps = contractSteps, world = new LoudWorld(), backoffMs = 2, giveUpMs = 24 * HOUR_MS, limits }: Scene) {
  const policy = { backoffMsBase: backoffMs, backoffMsMax: backoffMs, giveUpMs };
  // No circuit opens.
  const gateLimits = { ...defaultGateLimits, failuresMax: 1_000_000 };
  const saga = new SimulatedSaga({ steps, world, policy, gateLimits, ...(limits && { repeats: limits }) });
  return { saga, world };
}

/** Lets the saga go on until something is so. */
async function playUntil(saga: SimulatedSaga, isSo: () => boolean): Promise<void> {
  for (let idle = 0; !isSo(); idle += 1) {
    if (idle > IDLE_MAX) throw new Error("Nothing happens any more.");
    await saga.write();
    if (saga.invocation.unwritten > 0) continue;
    if (saga.clock.isWaiting) idle = 0;
    saga.clock.advance();
  }
}

/** The characters of everything that Restate has of the saga, and the number of its entries. */
function journalOf({ invocation, clock }: SimulatedSaga) {
  const { commands, notifications } = invocation.journalAt(clock.now());
  const texts = [...commands, ...notifications.map(({ text }) => text)];
  return { characters: texts.reduce((sum, { length }) => sum + length, 0), entries: texts.length };
}

describe("a call that fails again and again", () => {
  it("takes few entries of Restate's journal at a keyed participant, and the saga has few events", async () => {
    const { saga, world } = sagaOf({});
    await saga.begin();
    await playUntil(saga, () => world.mails === 2_000);
    world.isMended = true;
    await playUntil(saga, () => saga.saga?.phase.name === "completed");
    await saga.writeAll();
    expect(saga.saga?.steps.at(-1)?.attempts).toBe(2_001);
    const { characters, entries } = journalOf(saga);
    expect(entries).toBeLessThan(200);
    expect(characters).toBeLessThan(300_000);
    expect(saga.written.events.length).toBeLessThan(2 * timings.eventsPerPart);
    expect(saga.defects).toEqual([]);
  });

  it("takes two entries an attempt at an unkeyed participant, where each must be durable, and the saga has few events", async () => {
    const { saga, world } = sagaOf({ steps: unkeyedSteps });
    await saga.begin();
    await playUntil(saga, () => world.mails === 2 * timings.repeatAttemptsMin);
    const before = journalOf(saga);
    await playUntil(saga, () => world.mails === 2 * timings.repeatAttemptsMin + 100);
    const after = journalOf(saga);
    expect(after.entries - before.entries).toBeLessThan(2.1 * 100);
    expect(after.characters - before.characters).toBeLessThan(300 * 100);
    world.isMended = true;
    await playUntil(saga, () => saga.saga?.phase.name === "completed");
    await saga.writeAll();
    expect(saga.written.events.length).toBeLessThan(2 * timings.eventsPerPart);
  });

  it("is not repeated at an unkeyed participant after a longer wait, before its outcome is durable", async () => {
    const { saga, world } = sagaOf({ steps: unkeyedSteps, backoffMs: 1_000, limits: repeats });
    await saga.begin();
    await playUntil(saga, () => world.mails === 1 && saga.saga?.steps.at(-1)?.lastError !== undefined);
    await saga.restart();
    expect(saga.saga?.steps.at(-1)).toMatchObject({ status: "running", calling: false });
  });

  it("is replayed command by command: what stands for several attempts makes the same record", async () => {
    const { saga, world } = sagaOf({ world: new LoudWorld(unknown), limits: { ...repeats, batchMsMax: 20 } });
    await saga.begin();
    await playUntil(saga, () => world.mails === 50);
    // An operation writes the record.
    saga.request("one", { type: "retry-requested", at: saga.clock.now() });
    await playUntil(saga, () => world.mails === 60);
    await saga.restart();
    expect(saga.defects).toEqual([]);
    expect(saga.events).toContain("compacted");
    expect(saga.events).toContain("retry-requested");
    world.isMended = true;
    await playUntil(saga, () => saga.saga?.phase.name === "completed");
    expect(saga.defects).toEqual([]);
  });

  it("is in doubt for the attempts that were not recorded when the process was lost", async () => {
    const { saga, world } = sagaOf({ limits: repeats });
    await saga.begin();
    await playUntil(saga, () => world.mails === 5);
    await saga.restart();
    await saga.writeAll();
    expect(saga.events).toContain("resumed");
    world.isMended = true;
    await playUntil(saga, () => saga.saga?.phase.name === "completed");
    expect(saga.defects).toEqual([]);
  });

  it("lets an operation interrupt the wait between two attempts", async () => {
    const { saga, world } = sagaOf({ backoffMs: 10_000, limits: repeats });
    await saga.begin();
    await playUntil(saga, () => world.mails === 1);
    await saga.process.context.settle();
    const before = { mails: world.mails, now: saga.clock.now() };
    saga.request("one", { type: "retry-requested", at: before.now, by: "ada" });
    await saga.writeAll();
    expect(saga.verdicts.get("one")).toEqual({ allowed: true });
    expect({ mails: world.mails, now: saga.clock.now() }).toEqual({ ...before, mails: before.mails + 1 });
  });

  it("is given up in time", async () => {
    const { saga, world } = sagaOf({ giveUpMs: HOUR_MS, backoffMs: 5_000 });
    const end = saga.clock.now() + HOUR_MS;
    await saga.begin();
    await playUntil(saga, () => saga.saga?.phase.name === "needs-intervention");
    expect(saga.saga).toMatchObject({ phase: { reason: "gave-up" }, updatedAt: end });
    expect(world.mails).toBeGreaterThan(1_000);
    await saga.writeAll();
    expect(saga.defects).toEqual([]);
  });

  it("is recorded with what is known before its process stops, and repeated by the next one when it is due", async () => {
    const { saga, world } = sagaOf({ backoffMs: 2_000, limits: repeats });
    await saga.begin();
    await playUntil(saga, () => world.mails === 4);
    await saga.process.context.settle();
    await saga.process.calls.stop();
    await saga.writeAll();
    await saga.restart();
    expect(saga.events).toContain("compacted");
    expect(saga.events).not.toContain("resumed");
    expect(saga.saga?.steps.at(-1)).toMatchObject({ status: "running", calling: false, attempts: world.mails });
    world.isMended = true;
    await playUntil(saga, () => saga.saga?.phase.name === "completed");
    expect(world.mails).toBeGreaterThan(4);
  });

  it("is recorded with the whole text at first, and then with the start of it", async () => {
    const { saga, world } = sagaOf({ steps: unkeyedSteps });
    await saga.begin();
    const textAfter = async (attempts: number) => {
      await playUntil(
        saga,
        () => saga.saga?.steps.at(-1)?.attempts === attempts && saga.saga.steps.at(-1)?.lastError !== undefined,
      );
      return saga.saga?.steps.at(-1)?.lastError?.reason;
    };
    expect(await textAfter(timings.repeatAttemptsMin)).toHaveLength(2_000);
    expect(await textAfter(timings.repeatAttemptsMin + 2)).toHaveLength(timings.repeatTextMax);
    expect(world.isMended).toBe(false);
  });
});
