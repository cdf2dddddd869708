import type { Call, Clock, Saga } from "saga-core";
import type { ToldHere } from "../objects/messages.ts";
import type { AttemptOptions } from "./attempts.ts";
import type { SagaCourse } from "./saga-replica.ts";

/**
 * So long after it began, a run makes no further call, and leaves the one that is under way to the next run: what was told is recorded, and
 * others see where the saga stands. In milliseconds.
 */
const GOES_ON_MS_MAX = 2_000;

/** A call that was made, and has told nothing yet. */
export interface CallUnderWay {
  readonly call: Call;
  readonly told: Promise<ToldHere>;
}

export interface CallRunPorts {
  readonly clock: Clock;
  readonly make: (saga: Saga, call: Call, options: AttemptOptions) => Promise<ToldHere>;
}

export interface CallRunOptions {
  /** What the run before left under way. */
  readonly left: CallUnderWay | undefined;
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
  readonly #durable: number;
  #isHalted = false;
  #told: ToldHere[] | undefined;
  #left: CallUnderWay | undefined;
  #failure: unknown;

  /** @param course a fork: everything in it is in Restate's journal. */
  constructor(course: SagaCourse, options: CallRunOptions, ports: CallRunPorts) {
    this.#course = course;
    this.#options = options;
    this.#ports = ports;
    this.#durable = course.saga.seq;
    this.#left = options.left;
  }

  /** What it told, where it was made in this execution and is not read from Restate's journal. */
  get told(): readonly ToldHere[] | undefined {
    return this.#told;
  }

  /**
   * The course with all that it told.
   *
   * @throws whatever is wrong with what it told; it is recorded all the same, so that its calls are not made again.
   */
  get course(): SagaCourse {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#course;
  }

  /** The call that is still under way when the run has ended: it is the first one of the next run. */
  get left(): CallUnderWay | undefined {
    return this.#left;
  }

  /** Whether the call is one that it makes, if nothing ends it before. */
  mayMake({ after }: Call): boolean {
    return after <= this.#durable;
  }

  /** Ends it soon: no further call is made, and the one under way is left to the next run. */
  halt(): void {
    this.#isHalted = true;
    this.#halt.resolve("halted");
  }

  /** Makes no call, and only notes this. */
  note(told: ToldHere): readonly ToldHere[] {
    this.#told = [];
    this.#tell(this.#told, told);
    return this.#told;
  }

  async make(): Promise<readonly ToldHere[]> {
    const all: ToldHere[] = [];
    this.#told = all;
    const { clock } = this.#ports;
    const endsAt = clock.now() + GOES_ON_MS_MAX;
    let cancel: () => void = () => undefined;
    try {
      for (let call = this.#next(); call; call = clock.now() < endsAt ? this.#next() : undefined) {
        if (all.length === 1) cancel = clock.wakeAt(endsAt, () => this.halt());
        if (!this.#left || !isSame(this.#left.call, call)) this.#left = { call, told: this.#begin(call, all.length === 0) };
        const told = await Promise.race([this.#left.told, this.#halt.promise]);
        if (told === "halted") break;
        this.#left = undefined;
        this.#tell(all, told);
      }
      return all;
    } finally {
      cancel();
    }
  }

  /** The call that it makes now. */
  #next(): Call | undefined {
    const { call } = this.#course;
    const isDue = call !== undefined && this.mayMake(call) && !this.#isHalted && this.#failure === undefined;
    return isDue ? call : undefined;
  }

  #begin(call: Call, isFirst: boolean): Promise<ToldHere> {
    const { saga, until: turnsAt = Infinity } = this.#course;
    const { isInsistent, lost } = this.#options;
    const told = this.#ports.make(saga, call, { isInsistent: isInsistent && isFirst, lost, turnsAt });
    // Whoever waits for it is told; nobody has to.
    told.catch(() => undefined);
    return told;
  }

  #tell(all: ToldHere[], told: ToldHere): void {
    all.push(told);
    try {
      this.#course.tell(told);
    } catch (error) {
      this.#failure = error;
    }
  }
}

function isSame(one: Call, other: Call): boolean {
  return one.step === other.step && one.type === other.type && one.attempt === other.attempt;
}
