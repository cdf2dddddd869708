import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settleMicrotasks } from "../testing/drive.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import type { CallEnd, Caller, Ticket } from "./gate-call.ts";
import { ParticipantGate } from "./participant-gate.ts";

const limits = { callsInFlightMax: 12, failuresMax: 3, openMsBase: 100, openMsMax: 300 };
const FIRST_ATTEMPTS_MAX = 8;

interface UnderWay {
  readonly ticket: Ticket;
  readonly isFirst: boolean;
  readonly isTrial: boolean;
}

/** What happens: a saga starts, a call ends, or time passes. */
type Step =
  | { readonly name: "start" }
  | { readonly name: "end"; readonly index: number; readonly end: CallEnd }
  | { readonly name: "pass"; readonly ms: number };

/** Sagas at a gate, and a second opinion on what the gate may do with them. */
class Model {
  readonly clock = new SimulatedClock();
  readonly gate: ParticipantGate;
  readonly underWay: UnderWay[] = [];
  /** Those that wait out of memory. */
  readonly parked = new Map<string, Caller>();
  /** How each saga failed since the last clear answer, unless it failed by a silence and another one was answered since. */
  readonly #failed = new Map<string, CallEnd>();
  #lastFailure: CallEnd = "answer";
  #sagas = 0;

  constructor() {
    const resume = async (sagaId: string) => {
      const caller = this.parked.get(sagaId);
      this.parked.delete(sagaId);
      await Promise.resolve();
      if (caller) this.enter(caller);
    };
    this.gate = new ParticipantGate("payments", limits, { clock: this.clock, resume, onChange: () => undefined });
  }

  start(): void {
    this.#sagas += 1;
    this.enter({ sagaId: `saga-${this.#sagas}`, startedAt: this.clock.now(), deadlineMs: 1_000_000, isInsistent: false });
  }

  enter(caller: Caller): void {
    const queued = { go: () => undefined, refuse: () => undefined };
    const admission = this.gate.enter(queued, caller);
    if (typeof admission === "object") {
      this.#admitted(admission);
      return;
    }
    this.gate.withdraw(queued);
    this.parked.set(caller.sagaId, caller);
    this.gate.park(caller);
  }

  end(index: number, end: CallEnd): void {
    const [ended] = this.underWay.splice(index % Math.max(1, this.underWay.length), 1);
    if (!ended) return;
    const { caller } = ended.ticket;
    if (end === "clear") this.#failed.clear();
    else if (end !== "unsent") {
      this.#failed.set(caller.sagaId, end);
      for (const [id, how] of this.#failed) if (end === "answer" && how === "silence") this.#failed.delete(id);
      this.#lastFailure = end;
    }
    this.gate.leave(ended.ticket, end);
    if (end !== "clear") this.enter(caller);
  }

  happen(step: Step): void {
    if (step.name === "start") this.start();
    else if (step.name === "end") this.end(step.index, step.end);
    else this.clock.advanceBy(step.ms);
  }

  /** From now on every call gets a clear answer. */
  async recover(): Promise<void> {
    for (let turn = 0; turn < 400 && this.parked.size + this.underWay.length > 0; turn += 1) {
      if (this.underWay.length > 0) this.end(0, "clear");
      else this.clock.advanceBy(limits.openMsMax);
      await settleMicrotasks();
    }
  }

  get isOpen(): boolean {
    return this.gate.state.circuit !== "closed";
  }

  /** Who waits although nothing that the rule names is in its way. */
  get heldUp(): readonly string[] {
    const fresh = [...this.parked.keys()].filter((id) => !this.isOpen || !this.#failed.has(id));
    const isRoom = this.underWay.length < limits.callsInFlightMax;
    return isRoom && (!this.#isCareful || this.#firsts < FIRST_ATTEMPTS_MAX) ? fresh : [];
  }

  get #isCareful(): boolean {
    return this.isOpen && this.#lastFailure === "silence";
  }

  get #firsts(): number {
    return this.underWay.filter(({ isFirst }) => isFirst).length;
  }

  #admitted(ticket: Ticket): void {
    const { sagaId, startedAt } = ticket.caller;
    const isFirst = !this.#failed.has(sagaId);
    const isTrial = this.isOpen && !isFirst;
    this.underWay.push({ ticket, isFirst, isTrial });
    expect(this.underWay.length).toBeLessThanOrEqual(limits.callsInFlightMax);
    if (isTrial) expect(this.underWay.filter((each) => each.isTrial)).toHaveLength(1);
    if (!isFirst || !this.#isCareful) return;
    expect(this.#firsts).toBeLessThanOrEqual(FIRST_ATTEMPTS_MAX);
    const older = [...this.parked.values()].filter((other) => !this.#failed.has(other.sagaId) && other.startedAt < startedAt);
    expect(older).toEqual([]);
  }
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ name: "start" } as const) },
    {
      weight: 4,
      arbitrary: fc.record({
        name: fc.constant("end" as const),
        index: fc.nat(20),
        end: fc.constantFrom<CallEnd[]>("answer", "answer", "silence", "silence", "silence", "silence", "unsent", "clear"),
      }),
    },
    { weight: 2, arbitrary: fc.record({ name: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 200 }) }) },
  ),
  { minLength: 30, maxLength: 120 },
);

describe("the gate of a participant", () => {
  it("holds back no saga that has not failed, and has few first attempts at silence and one trial, in every order of events", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (happenings) => {
        const model = new Model();
        for (const step of happenings) {
          model.happen(step);
          await settleMicrotasks();
          expect(model.heldUp).toEqual([]);
        }
        await model.recover();
        expect([model.parked.size, model.underWay.length, model.gate.state.waiting]).toEqual([0, 0, 0]);
      }),
      { numRuns: 150 },
    );
  });
});
