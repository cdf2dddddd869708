import { JournalError, type Pause } from "saga-core";
import { SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { PauseCache } from "./pause-cache.ts";

const pause: Pause = { definition: "order", at: 1, by: "ada" };

class FakeIngress {
  requests = 0;
  held: readonly Pause[] = [];
  #answer: () => Promise<readonly Pause[]> = () => Promise.resolve(this.held);

  async pauses(): Promise<readonly Pause[]> {
    this.requests += 1;
    return await this.#answer();
  }

  async beginPause(begun: Pause): Promise<boolean> {
    this.held = [begun];
    return true;
  }

  async endAutomaticPause(): Promise<boolean> {
    this.held = [];
    return true;
  }

  async endPause(): Promise<void> {
    this.held = [];
  }

  fail(): void {
    this.#answer = () => Promise.reject(new JournalError("Restate is gone."));
  }

  /** Keeps the answer, with today's pauses, until the returned function is called. */
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
  return { ingress, clock, pauses: new PauseCache(ingress, clock) };
}

/** Lets pending requests be answered. */
async function answered(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

describe("the cached pauses", () => {
  it("are refreshed before they expire, so that no start waits for it", async () => {
    const { ingress, clock, pauses } = setUp();
    expect(await pauses.current()).toEqual([]);
    ingress.held = [pause];
    clock.advanceBy(500);
    await answered();
    expect(ingress.requests).toBe(2);
    expect(await pauses.current()).toEqual([pause]);
    expect(ingress.requests).toBe(2);
  });

  it("hold while a refresh is under way, but for no longer than a second", async () => {
    const { ingress, clock, pauses } = setUp();
    await pauses.current();
    const answer = ingress.hold();
    ingress.held = [pause];
    clock.advanceBy(999);
    expect(await pauses.current()).toEqual([]);
    clock.advanceBy(1);
    const reading = pauses.current();
    answer();
    expect(await reading).toEqual([]);
    clock.advanceBy(500);
    await answered();
    expect(await pauses.current()).toEqual([pause]);
  });

  it("are not refreshed when no saga has started for a while, nor after the stop", async () => {
    const { ingress, clock, pauses } = setUp();
    await pauses.current();
    for (let half = 0; half < 100; half += 1) {
      clock.advanceBy(500);
      await answered();
    }
    const { requests } = ingress;
    expect(requests).toBeGreaterThan(50);
    expect(clock.waiting).toBe(0);
    await pauses.current();
    expect(ingress.requests).toBe(requests + 1);
    pauses.stop();
    expect(clock.waiting).toBe(0);
    clock.advanceBy(2_000);
    await pauses.current();
    expect(clock.waiting).toBe(0);
  });

  it("are not replaced by an answer that is older than a change made here", async () => {
    const { ingress, clock, pauses } = setUp();
    ingress.held = [pause];
    expect(await pauses.current()).toEqual([pause]);
    const answer = ingress.hold();
    clock.advanceBy(500);
    await pauses.end("order", "id");
    answer();
    await answered();
    expect(await pauses.current()).toEqual([]);
  });

  it("are read again after a failed refresh, and a start gets the error", async () => {
    const { ingress, clock, pauses } = setUp();
    await pauses.current();
    ingress.fail();
    clock.advanceBy(500);
    await answered();
    expect(await pauses.current()).toEqual([]);
    clock.advanceBy(500);
    await expect(pauses.current()).rejects.toThrow("Restate is gone.");
    expect(ingress.requests).toBe(4);
    await expect(pauses.current()).rejects.toThrow("Restate is gone.");
  });

  it("are known without waiting, as they were last read, and are read again where that was a while ago", async () => {
    const { ingress, clock, pauses } = setUp();
    ingress.held = [pause];
    expect(pauses.known).toEqual([]);
    await answered();
    expect([pauses.known, ingress.requests]).toEqual([[pause], 1]);
    ingress.held = [];
    clock.advanceBy(1_000);
    expect(pauses.known).toEqual([pause]);
    await answered();
    expect([pauses.known, ingress.requests]).toEqual([[], 2]);
  });

  it("are known in spite of a failed reading, and not as they were before a change made here", async () => {
    const { ingress, clock, pauses } = setUp();
    await pauses.current();
    ingress.held = [pause];
    const answer = ingress.hold();
    clock.advanceBy(1_000);
    expect(pauses.known).toEqual([]);
    clock.advanceBy(1);
    await pauses.endAutomatic(pause, "id");
    answer();
    await answered();
    expect(pauses.known).toEqual([]);
    await answered();
    ingress.fail();
    clock.advanceBy(1_000);
    expect(pauses.known).toEqual([]);
    await answered();
    expect(pauses.known).toEqual([]);
  });
});
