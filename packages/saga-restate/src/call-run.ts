import type { Call, Clock, Saga } from "saga-core";
import type { AttemptOptions } from "./attempts.ts";
import type { ToldHere } from "./messages.ts";
import type { SagaCourse } from "./saga-course.ts";

/**
 * So long after it began, a run makes no further call, and leaves the one that is under way to the next run: what was told is recorded, and
 * others see where the saga stands. In milliseconds.
 */
const GOES_ON_MS_MAX = 250;

export interface CallRunPorts {
  readonly clock: Clock;
  readonly make: (saga: Saga, call: Call, options: AttemptOptions) => Promise<ToldHere>;
}

export interface CallRunOptions {
  /** What the run before left under way. */
  readonly left: Promise<ToldHere> | undefined;
  /** Of its first call. */
  readonly isInsistent: boolean;
  readonly lost: AbortSignal;
}

/**
 * What one of Restate's runs makes: a call, and those that follow it, for as long as nothing must be durable before them (rule 5). What is
 * not recorded yet is then in doubt to whoever takes over, as it is after a restart of an engine that does not wait for its disk.
 */
export class CallRun {
  readonly #ports: CallRunPorts;
  readonly #options: CallRunOptions;
  /** It runs ahead: this is the course when all that was told here is recorded. */
  readonly #course: SagaCourse;
  readonly #halt = Promise.withResolvers<"halted">();
  #isHalted = false;
  #isMade = false;
  #left: Promise<ToldHere> | undefined;

  /** @param course a fork: everything in it is in Restate's journal. */
  constructor(course: SagaCourse, options: CallRunOptions, ports: CallRunPorts) {
    this.#course = course;
    this.#options = options;
    this.#ports = ports;
    this.#left = options.left;
  }

  /** Whether it was made in this execution, and is not read from Restate's journal. */
  get isMade(): boolean {
    return this.#isMade;
  }

  get course(): SagaCourse {
    return this.#course;
  }

  /** The call that is still under way when the run has ended: it is the first one of the next run. */
  get left(): Promise<ToldHere> | undefined {
    return this.#left;
  }

  /** Ends it soon: no further call is made, and the one under way is left to the next run. */
  halt(): void {
    this.#isHalted = true;
    this.#halt.resolve("halted");
  }

  /** Sends nothing. */
  only(told: ToldHere): readonly ToldHere[] {
    this.#isMade = true;
    this.#course.tell(told);
    return [told];
  }

  async make(): Promise<readonly ToldHere[]> {
    this.#isMade = true;
    const { clock } = this.#ports;
    const durable = this.#course.saga.seq;
    const endsAt = clock.now() + GOES_ON_MS_MAX;
    const all: ToldHere[] = [];
    let cancel: () => void = () => undefined;
    try {
      for (;;) {
        const { call } = this.#course;
        const isFirst = all.length === 0;
        if (!call || call.after > durable || this.#isHalted || !(isFirst || clock.now() < endsAt)) return all;
        if (all.length === 1) cancel = clock.wakeAt(endsAt, () => this.halt());
        this.#left ??= this.#begin(call, isFirst);
        const told = await Promise.race([this.#left, this.#halt.promise]);
        if (told === "halted") return all;
        this.#left = undefined;
        all.push(told);
        this.#course.tell(told);
      }
    } finally {
      cancel();
    }
  }

  #begin(call: Call, isFirst: boolean): Promise<ToldHere> {
    const { saga, until: turnsAt = Infinity } = this.#course;
    const { isInsistent, lost } = this.#options;
    const told = this.#ports.make(saga, call, { isInsistent: isInsistent && isFirst, lost, turnsAt });
    // Whoever waits for it is told; nobody has to.
    told.catch(() => undefined);
    return told;
  }
}
