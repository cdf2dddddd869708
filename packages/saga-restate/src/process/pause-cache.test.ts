import { JournalError, type Pause } from "saga-core";
import { SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { KnownPauses } from "./pause-cache.ts";

const pause: Pause = { definition: "order", at: 1, by: "ada" };

class FakeIngress {
  asked = 0;
  held: readonly Pause[] = [];
  #answer: () => Promise<readonly Pause[]> = () => Promise.resolve(this.held);

  async pauses(): Promise<readonly Pause[]> {
    this.asked += 1;
    return await this.#answer();
  }

  async beginPause(begun: Pause): Promise<void> {
    this.held = [begun];
  }

  async endPause(): Promise<void> {
    this.held = [];
  }

  fail(): void {
    this.#answer = () => Promise.reject(new JournalError("Restate is gone."));
  }

  /** Answers what holds now, when that is let go. */
  hold(): () => void {
    const gate = Promise.withResolvers<void>();
    const { held } = this;
    this.#answer = () => gate.promise.then(() => held);
    return () => {
      this.#answer = () => Promise.resolve(this.held);
      gate.resolve();
    };
  }
}

function setUp() {
  const ingress = new FakeIngress();
  const clock = new SimulatedClock();
  return { ingress, clock, pauses: new KnownPauses(ingress, clock) };
}

/** Lets what was asked be answered. */
async function answered(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

describe("what a process knows of the pauses", () => {
  it("is asked for again before it is too old, so that nobody waits for it", async () => {
    const { ingress, clock, pauses } = setUp();
    expect(await pauses.now()).toEqual([]);
    ingress.held = [pause];
    clock.advanceBy(500);
    await answered();
    expect(ingress.asked).toBe(2);
    expect(await pauses.now()).toEqual([pause]);
    expect(ingress.asked).toBe(2);
  });

  it("holds while the answer is on its way, but for no longer than a second", async () => {
    const { ingress, clock, pauses } = setUp();
    await pauses.now();
    const answer = ingress.hold();
    ingress.held = [pause];
    clock.advanceBy(999);
    expect(await pauses.now()).toEqual([]);
    clock.advanceBy(1);
    const asked = pauses.now();
    answer();
    expect(await asked).toEqual([]);
    clock.advanceBy(500);
    await answered();
    expect(await pauses.now()).toEqual([pause]);
  });

  it("is not asked for again when nobody has wanted it for a while, nor after the end", async () => {
    const { ingress, clock, pauses } = setUp();
    await pauses.now();
    for (let half = 0; half < 100; half += 1) {
      clock.advanceBy(500);
      await answered();
    }
    const { asked } = ingress;
    expect(asked).toBeGreaterThan(50);
    expect(clock.waiting).toBe(0);
    await pauses.now();
    expect(ingress.asked).toBe(asked + 1);
    pauses.stop();
    expect(clock.waiting).toBe(0);
    clock.advanceBy(2_000);
    await pauses.now();
    expect(clock.waiting).toBe(0);
  });

  it("is not taken from an answer that is older than what changed here", async () => {
    const { ingress, clock, pauses } = setUp();
    ingress.held = [pause];
    expect(await pauses.now()).toEqual([pause]);
    const answer = ingress.hold();
    clock.advanceBy(500);
    await pauses.end("order", "id");
    answer();
    await answered();
    expect(await pauses.now()).toEqual([]);
  });

  it("goes on being asked for when that fails, and whoever needs it is told", async () => {
    const { ingress, clock, pauses } = setUp();
    await pauses.now();
    ingress.fail();
    clock.advanceBy(500);
    await answered();
    expect(await pauses.now()).toEqual([]);
    clock.advanceBy(500);
    await expect(pauses.now()).rejects.toThrow("Restate is gone.");
    expect(ingress.asked).toBe(4);
    await expect(pauses.now()).rejects.toThrow("Restate is gone.");
  });
});
