import * as saga from "saga-core";

interface Booking {
  readonly seat: string;
}

class ReserveSeat extends saga.CompensatableHandler<Booking> {
  override readonly step = "reserve-seat";
  override readonly words = { state: "RESERVING", done: "Reserved", failed: "SoldOut", undoing: "RELEASING", undone: "Released" };
  override readonly participant = { name: "theatre", keyed: true };
  override readonly gives = saga.givesNothing;
  override run = async () => saga.done();
  override rollback = async () => saga.done();
}

class ChargeCard extends saga.PivotHandler<Booking> {
  override readonly step = "charge-card";
  override readonly words = { state: "CHARGING", done: "Charged", failed: "Declined" };
  override readonly participant = { name: "bank", keyed: true };
  override readonly gives = saga.givesNothing;
  override run = async () => saga.done();
}

const bookingChain = (input: saga.Schema<Booking>) => saga.chain(input).step(new ReserveSeat()).step(new ChargeCard());

class BookingSagaController extends saga.Controller<ReturnType<typeof bookingChain>> {
  constructor(input: saga.Schema<Booking>) {
    super({ name: "booking", version: 1, chain: bookingChain(input), policy: saga.defaultPolicy });
  }
}

/** A definition with the embedded engine, and nothing else: its journal, its clock and its schema come from elsewhere. */
export function bookings(
  input: saga.Schema<Booking>,
  parts: Omit<saga.EmbeddedEngineOptions, "controllers">,
): saga.EmbeddedEngine {
  return new saga.EmbeddedEngine({ ...parts, controllers: [new BookingSagaController(input)] });
}
