import { step } from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";

export const trip = z.object({ traveller: z.string(), city: z.string(), day: z.iso.date() });
type Trip = z.output<typeof trip>;

const flight = z.object({ flight_id: z.string() });
const room = z.object({ room_id: z.string() });
const car = z.object({ car_id: z.string() });
type Flight = z.output<typeof flight>;
type Room = z.output<typeof room>;
type Car = z.output<typeof car>;

export const reserveFlight = (airline: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "reserve-flight",
    words: {
      state: "RESERVING_FLIGHT",
      done: "FlightReserved",
      failed: "NoFlight",
      undoing: "GIVING_UP_FLIGHT",
      undone: "FlightGivenUp",
    },
    participant: airline,
    gives: flight,
    run: ({ traveller, city, day }: Trip, attempt) =>
      airline.call({ method: "POST", path: "seats", body: { traveller, city, day }, gives: flight }, attempt),
    rollback: ({ flight_id }: Flight, attempt) => airline.call({ method: "POST", path: `seats/${flight_id}/cancel` }, attempt),
  });

export const reserveHotel = (hotel: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "reserve-hotel",
    words: { state: "RESERVING_ROOM", done: "RoomReserved", failed: "NoRoom", undoing: "GIVING_UP_ROOM", undone: "RoomGivenUp" },
    participant: hotel,
    gives: room,
    run: ({ traveller, city, day }: Trip, attempt) =>
      hotel.call({ method: "POST", path: "rooms", body: { traveller, city, day }, gives: room }, attempt),
    rollback: ({ room_id }: Room, attempt) => hotel.call({ method: "POST", path: `rooms/${room_id}/cancel` }, attempt),
  });

export const reserveCar = (rental: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "reserve-car",
    words: { state: "RESERVING_CAR", done: "CarReserved", failed: "NoCar", undoing: "GIVING_UP_CAR", undone: "CarGivenUp" },
    participant: rental,
    gives: car,
    run: ({ traveller, city, day }: Trip, attempt) =>
      rental.call({ method: "POST", path: "cars", body: { traveller, city, day }, gives: car }, attempt),
    rollback: ({ car_id }: Car, attempt) => rental.call({ method: "POST", path: `cars/${car_id}/cancel` }, attempt),
  });

/** The flight is confirmed first: of the three it is the one that the traveller cannot do without, and that may still be refused. */
export const confirmFlight = (airline: HttpParticipant) =>
  step({
    kind: "pivot",
    step: "confirm-flight",
    words: { state: "CONFIRMING_FLIGHT", done: "FlightConfirmed", failed: "FlightLost" },
    participant: airline,
    run: ({ flight_id }: Flight, attempt) => airline.call({ method: "POST", path: `seats/${flight_id}/confirm` }, attempt),
  });

/** A confirmation of what is reserved is tried for a week before a human is needed. */
const aWeek = { giveUpMs: 7 * 86_400_000 };

export const confirmHotel = (hotel: HttpParticipant) =>
  step({
    kind: "retriable",
    step: "confirm-hotel",
    words: { state: "CONFIRMING_ROOM", done: "RoomConfirmed" },
    participant: hotel,
    patience: aWeek,
    run: ({ room_id }: Room, attempt) => hotel.call({ method: "POST", path: `rooms/${room_id}/confirm` }, attempt),
  });

export const confirmCar = (rental: HttpParticipant) =>
  step({
    kind: "retriable",
    step: "confirm-car",
    words: { state: "CONFIRMING_CAR", done: "CarConfirmed" },
    participant: rental,
    patience: aWeek,
    run: ({ car_id }: Car, attempt) => rental.call({ method: "POST", path: `cars/${car_id}/confirm` }, attempt),
  });
