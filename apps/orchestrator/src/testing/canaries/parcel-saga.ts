import {
  type Attempt,
  CompensatableHandler,
  Controller,
  chain,
  defaultPolicy,
  givesNothing,
  type Outcome,
  PivotHandler,
  WaitHandler,
} from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";

const cardAllowed = "must be 16 digits";
export const parcelInput = z
  .object({ card: z.object({ number: z.string().regex(/^\d{16}$/, cardAllowed) }), address: z.string() })
  .meta({ id: "Parcel", example: { card: { number: "0000000000000000" }, address: "Rue 1" } });
export const parcelResult = z.object({ place: z.string() }).meta({ example: { place: "A-1" } });

const shelf = z.object({ place: z.string(), code: z.string() });
const word = z.object({ pin: z.string(), word: z.string() });
const region = z.string().optional();

type Parcel = z.output<typeof parcelInput>;
type Shelf = z.output<typeof shelf>;

class Reserve extends CompensatableHandler<Parcel, Shelf> {
  override readonly step = "reserve";
  override readonly words = { state: "RESERVING", done: "Reserved", failed: "Full", undoing: "FREEING", undone: "Freed" };
  override readonly gives = shelf;
  override readonly participant: HttpParticipant;

  constructor(participant: HttpParticipant) {
    super();
    this.participant = participant;
  }

  override async run({ address }: Parcel, attempt: Attempt): Promise<Outcome<Shelf>> {
    return await this.participant.call({ method: "POST", path: "shelves", body: { address }, gives: shelf }, attempt);
  }

  override async rollback({ place }: Shelf, attempt: Attempt): Promise<Outcome> {
    return await this.participant.call({ method: "DELETE", path: `shelves/${place}` }, attempt);
  }

  override whatIsKnown({ card }: Parcel): string {
    return `Look for the parcel that the card ${card.number} pays.`;
  }
}

class AwaitWord extends WaitHandler<Shelf, z.output<typeof word>> {
  override readonly step = "await-word";
  override readonly words = { state: "WAITING", done: "Said", failed: "NotSaid" };
  override readonly gives = word;
  override readonly accepts = word;
}

class Charge extends PivotHandler<Parcel & Shelf & z.output<typeof word>> {
  override readonly step = "charge";
  override readonly words = { state: "CHARGING", done: "Charged", failed: "Declined" };
  override readonly gives = givesNothing;
  override readonly participant: HttpParticipant;

  constructor(participant: HttpParticipant) {
    super();
    this.participant = participant;
  }

  override async run({ card, code, pin }: Parcel & Shelf & z.output<typeof word>, attempt: Attempt): Promise<Outcome> {
    return await this.participant.call({ method: "POST", path: "charges", body: { card, code, pin } }, attempt);
  }

  override whatIsKnown({ card, code }: Parcel & Shelf): string {
    return `Look for a charge of the card ${card.number} with the code ${code}.`;
  }
}

function parcelChain(participant: HttpParticipant) {
  return chain(parcelInput).step(new Reserve(participant)).step(new AwaitWord()).step(new Charge(participant));
}

/** A parcel that is paid by card: with secrets in its input, in what its steps give, and in its signal. */
export class ParcelSagaController extends Controller<ReturnType<typeof parcelChain>> {
  constructor(participant: HttpParticipant) {
    super({
      name: "parcel",
      version: 1,
      chain: parcelChain(participant),
      policy: defaultPolicy,
      context: { headers: { "x-region": region } },
      secret: ["card.number", "code", "pin"],
    });
  }
}
