import { Controller, chain, defaultPolicy, done, type Outcome, step, type TypedStarts } from "saga-core";
import { z } from "zod";

const trip = z.object({ traveller: z.string(), nights: z.int().min(1) });
const receipt = z.object({ receipt_id: z.int() });
type Trip = z.output<typeof trip>;
type Receipt = z.output<typeof receipt>;

/** The bank's client: it sends one request with the key, ends it by the signal, and says what the reply means. */
export type Charge = (traveller: string, amount: number, call: { key: string; signal: AbortSignal }) => Promise<Outcome<Receipt>>;

/** Notes the trip, which may remain, and then charges the card, at a bank that is slow on some days. */
const tripChain = (log: (line: string) => void, charge: Charge) =>
  chain(trip)
    .step(
      step({
        kind: "lasting",
        step: "note-trip",
        words: { state: "NOTING", done: "Noted", failed: "NotNoted" },
        participant: { name: "log", keyed: true },
        run: async ({ traveller }: Trip) => {
          log(traveller);
          return done();
        },
      }),
    )
    .step(
      step({
        kind: "pivot",
        step: "charge-card",
        words: { state: "CHARGING", done: "Charged", failed: "Declined" },
        participant: { name: "bank", keyed: true, callTimeoutMs: 5_000 },
        patience: { attemptsMax: 20, deadlineMs: 600_000 },
        gives: receipt,
        run: async ({ traveller, nights }: Trip, attempt) => await charge(traveller, nights * 80, attempt),
      }),
    );

export class TripController extends Controller<ReturnType<typeof tripChain>> {
  constructor(log: (line: string) => void, charge: Charge) {
    super({ name: "trip", version: 1, chain: tripChain(log, charge), policy: { ...defaultPolicy, deadlineMs: 60_000 } });
  }
}

/** Books a trip, once for each key. Resolves when it is paid, or is not. */
export async function bookTrip(engine: TypedStarts<TripController>, controller: TripController, input: Trip, key: string) {
  const { id, untilRest } = await engine.start(controller, input, { idempotencyKey: key });
  const end = await untilRest();
  return end.status === "completed" ? `${id} is paid: receipt ${end.data.receipt_id}` : `${id} is ${end.status}`;
}
