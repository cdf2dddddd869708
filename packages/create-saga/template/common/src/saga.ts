import { Controller, chain, defaultPolicy, step } from "saga-core";
import { HttpParticipant } from "saga-participant";
import { z } from "zod";

/** What a saga starts with: the body of its start. */
export const input = z.object({ customer: z.string().min(1), seats: z.int().min(1) });
type Input = z.output<typeof input>;

const hold = z.object({ hold_id: z.int() });
type Hold = z.output<typeof hold>;

/** What the caller of a start gets when the saga is completed. */
export const result = z.object({ sale_id: z.int() });

/** The participant. `keyed`: it answers a repeated Idempotency-Key with its first answer. `refusals`: by these statuses it refuses for good. */
export const theatreAt = (url: string): HttpParticipant =>
  new HttpParticipant({ name: "theatre", url, keyed: true, callTimeoutMs: 5_000, refusals: [409] });

/** Holds the seats. `rollback` undoes it if a later step is refused, or the saga is cancelled. */
export const holdSeats = (theatre: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "hold-seats",
    words: { state: "HOLDING", done: "Held", failed: "SoldOut", undoing: "RELEASING", undone: "Released" },
    participant: theatre,
    gives: hold,
    run: ({ seats }: Input, attempt) => theatre.call({ method: "POST", path: "holds", body: { seats }, gives: hold }, attempt),
    rollback: ({ hold_id }: Hold, attempt) => theatre.call({ method: "POST", path: `holds/${hold_id}/release` }, attempt),
  });

/** Sells them. This is the pivot: it cannot be undone, so when it is done the saga is completed. */
export const sellSeats = (theatre: HttpParticipant) =>
  step({
    kind: "pivot",
    step: "sell-seats",
    words: { state: "SELLING", done: "Sold", failed: "NotSold" },
    participant: theatre,
    gives: result,
    run: ({ customer, hold_id }: Input & Hold, attempt) =>
      theatre.call({ method: "POST", path: "sales", body: { customer, hold_id }, gives: result }, attempt),
  });

const sagaChain = (theatre: HttpParticipant) => chain(input).step(holdSeats(theatre)).step(sellSeats(theatre));

/** The definition: its name is in the path of its start, `POST /saga/my-saga`. Raise `version` when its steps change. */
export class MySagaController extends Controller<ReturnType<typeof sagaChain>> {
  constructor(theatre: HttpParticipant) {
    super({ name: "my-saga", version: 1, chain: sagaChain(theatre), policy: defaultPolicy });
  }
}
