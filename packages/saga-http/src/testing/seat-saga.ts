import {
  CompensatableHandler,
  Controller,
  chain,
  defaultPolicy,
  done,
  givesNothing,
  type Outcome,
  PivotHandler,
} from "saga-core";
import { z } from "zod";

export const input = z
  .object({ seat: z.int("must be a whole number").min(1, "must be at least 1") })
  .meta({ example: { seat: 3 } });
export const result = z.object({ ticket: z.int() }).meta({ example: { ticket: 7 } });

/** The participant's answers to the next calls, by step; `done` where there is no function. A pending promise keeps the call under way. */
export interface Answers {
  reserve?: () => Promise<Outcome>;
  pay?: () => Promise<Outcome<{ readonly ticket: number }>>;
  /** What is known of a call of `reserve`. */
  known?: (data: Readonly<Record<string, unknown>>, action: "run" | "rollback") => string;
}

const participant = { name: "theatre", keyed: true };

class Reserve extends CompensatableHandler<{ readonly seat: number }> {
  override readonly step = "reserve";
  override readonly words = {
    state: "RESERVING",
    done: "Reserved",
    failed: "ReservationFailed",
    undoing: "RELEASING",
    undone: "Released",
  };
  override readonly participant = participant;
  override readonly gives = givesNothing;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    super();
    this.#answers = answers;
  }

  override async run(): Promise<Outcome> {
    return (await this.#answers.reserve?.()) ?? done();
  }

  override async rollback(): Promise<Outcome> {
    return done();
  }

  override whatIsKnown(data: Readonly<Record<string, unknown>>, action: "run" | "rollback"): string {
    if (!this.#answers.known) throw new Error("nothing is known");
    return this.#answers.known(data, action);
  }
}

class Pay extends PivotHandler<object, { readonly ticket: number }> {
  override readonly step = "pay";
  override readonly words = { state: "PAYING", done: "Paid", failed: "PaymentFailed" };
  override readonly participant = participant;
  override readonly gives = result;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    super();
    this.#answers = answers;
  }

  override async run(): Promise<Outcome<{ readonly ticket: number }>> {
    return (await this.#answers.pay?.()) ?? done({ ticket: 7 });
  }
}

const seatChain = (answers: Answers) => chain(input).step(new Reserve(answers)).step(new Pay(answers));

/** The order of a seat in a theatre: the seat is reserved, then paid. */
export class SeatSagaController extends Controller<ReturnType<typeof seatChain>> {
  constructor(answers: Answers, attemptsMax = 1) {
    super({
      name: "seat",
      version: 1,
      chain: seatChain(answers),
      policy: { ...defaultPolicy, attemptsMax },
      columns: ["ticket", "seat"],
    });
  }
}
