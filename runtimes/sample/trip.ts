import * as saga from "saga-core";
import { HttpParticipant } from "saga-participant";
import { z } from "zod";

export const trip = z.object({ traveller: z.string(), nights: z.int().min(1) });
const room = z.object({ room_id: z.int() });
export const receipt = z.object({ receipt_id: z.int() });
type Trip = z.output<typeof trip>;
type Room = z.output<typeof room>;

const tripChain = (hotel: HttpParticipant, bank: HttpParticipant) =>
  saga
    .chain(trip)
    .step(
      saga.step({
        kind: "compensatable",
        step: "book-room",
        words: { state: "BOOKING", done: "Booked", failed: "Full", undoing: "FREEING", undone: "Freed" },
        participant: hotel,
        gives: room,
        run: ({ traveller, nights }: Trip, attempt) =>
          hotel.call({ method: "POST", path: "rooms", body: { traveller, nights }, gives: room }, attempt),
        rollback: ({ room_id }: Room, attempt) =>
          hotel.call({ method: "POST", path: `rooms/${room_id}/cancel`, body: {} }, attempt),
      }),
    )
    .step(
      saga.step({
        kind: "pivot",
        step: "charge-card",
        words: { state: "CHARGING", done: "Charged", failed: "Declined" },
        participant: bank,
        gives: receipt,
        run: ({ traveller, nights }: Trip, attempt) =>
          bank.call({ method: "POST", path: "charges", body: { traveller, amount: nights * 80 }, gives: receipt }, attempt),
      }),
    );

/** Books a room and pays for it, or does neither. */
export class TripController extends saga.Controller<ReturnType<typeof tripChain>> {
  readonly #participants: readonly HttpParticipant[];

  constructor(hotelUrl: string, bankUrl: string) {
    const hotel = new HttpParticipant({ name: "hotel", url: hotelUrl, keyed: true, refusals: [409] });
    const bank = new HttpParticipant({ name: "bank", url: bankUrl, keyed: true, refusals: [402] });
    super({ name: "trip", version: 1, chain: tripChain(hotel, bank), policy: saga.defaultPolicy });
    this.#participants = [hotel, bank];
  }

  /** Closes the connections to the participants. */
  async close(): Promise<void> {
    await Promise.all(this.#participants.map((participant) => participant.close()));
  }
}
