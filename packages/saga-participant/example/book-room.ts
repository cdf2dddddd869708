import { type Attempt, CompensatableHandler, done, type Outcome } from "saga-core";
import { HttpParticipant, type Reply } from "saga-participant";
import { z } from "zod";

const room = z.object({ room_id: z.int() });
type Room = z.output<typeof room>;

interface Stay {
  readonly traveller: string;
  readonly nights: number;
}

/** Books a room at the hotel, which refuses with 409 if it is full. */
export class BookRoom extends CompensatableHandler<Stay, Room> {
  override readonly step = "book-room";
  override readonly words = { state: "BOOKING", done: "Booked", failed: "Full", undoing: "FREEING", undone: "Freed" };
  override readonly participant: HttpParticipant;
  override readonly gives = room;

  constructor(url: string) {
    super();
    this.participant = new HttpParticipant({ name: "hotel", url, keyed: true, refusals: [409] });
  }

  override async run({ traveller, nights }: Stay, attempt: Attempt): Promise<Outcome<Room>> {
    const body = { traveller, nights };
    return await this.participant.call({ method: "POST", path: "rooms", body, gives: room }, attempt);
  }

  override async rollback({ room_id }: Room, attempt: Attempt): Promise<Outcome> {
    return await this.participant.call({ method: "DELETE", path: `rooms/${room_id}`, outcomeOf: alreadyFree }, attempt);
  }
}

/** A room that is not booked needs no freeing. */
function alreadyFree({ status, body }: Reply): Outcome | undefined {
  const isFree = status === 404 && z.object({ error: z.literal("not booked") }).safeParse(body).success;
  return isFree ? done() : undefined;
}
