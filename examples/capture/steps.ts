import { step } from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";

export const order = z.object({ card: z.string(), amount_cents: z.int().min(1), item: z.string() });
type Order = z.output<typeof order>;

const authorization = z.object({ authorization_id: z.string() });
type Authorization = z.output<typeof authorization>;

const parcel = z.object({ parcel_id: z.string() });
type Parcel = z.output<typeof parcel>;

/** Holds the money for some days. To undo it is to void it. */
export const authorize = (bank: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "authorize",
    words: { state: "AUTHORIZING", done: "Authorized", failed: "Declined", undoing: "VOIDING", undone: "Voided" },
    participant: bank,
    gives: authorization,
    run: ({ card, amount_cents }: Order, attempt) =>
      bank.call({ method: "POST", path: "authorizations", body: { card, amount_cents }, gives: authorization }, attempt),
    rollback: ({ authorization_id }: Authorization, attempt) =>
      bank.call({ method: "POST", path: `authorizations/${authorization_id}/void` }, attempt),
  });

/** Packs what was ordered, so that nobody pays for what is not there. */
export const pack = (warehouse: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "pack",
    words: { state: "PACKING", done: "Packed", failed: "SoldOut", undoing: "UNPACKING", undone: "Unpacked" },
    participant: warehouse,
    gives: parcel,
    run: ({ item }: Order, attempt) =>
      warehouse.call({ method: "POST", path: "parcels", body: { item }, gives: parcel }, attempt),
    rollback: ({ parcel_id }: Parcel, attempt) =>
      warehouse.call({ method: "POST", path: `parcels/${parcel_id}/cancel` }, attempt),
  });

/** Takes the money that is held. The hold lasts for days, so the step may be tried for longer than the others before its saga turns back. */
export const capture = (bank: HttpParticipant) =>
  step({
    kind: "pivot",
    step: "capture",
    words: { state: "CAPTURING", done: "Captured", failed: "CaptureRefused" },
    participant: bank,
    patience: { attemptsMax: 100, deadlineMs: 3_600_000 },
    run: ({ authorization_id, amount_cents }: Authorization & Order, attempt) =>
      bank.call({ method: "POST", path: `authorizations/${authorization_id}/capture`, body: { amount_cents } }, attempt),
  });

/** Hands the parcel over. It is paid for, so there is no way back: it is tried until it is done. */
export const ship = (warehouse: HttpParticipant) =>
  step({
    kind: "retriable",
    step: "ship",
    words: { state: "SHIPPING", done: "Shipped" },
    participant: warehouse,
    run: ({ parcel_id }: Parcel, attempt) => warehouse.call({ method: "POST", path: `parcels/${parcel_id}/ship` }, attempt),
  });
