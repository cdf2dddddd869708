import { Controller, chain, defaultPolicy } from "saga-core";
import { HttpParticipant } from "saga-participant";
import { confirmCar, confirmFlight, confirmHotel, reserveCar, reserveFlight, reserveHotel, trip } from "./steps.ts";

const service = (name: string, url: string) =>
  new HttpParticipant({ name, url: `${url}/${name}`, keyed: true, callTimeoutMs: 5_000, refusals: [409] });

export const tripServices = (url: string) => ({
  airline: service("airline", url),
  hotel: service("hotel", url),
  rental: service("rental", url),
});

type TripServices = ReturnType<typeof tripServices>;

/** Reserves a flight, a room and a car, and confirms them when all three are there. */
const tripChain = ({ airline, hotel, rental }: TripServices) =>
  chain(trip)
    .step(reserveFlight(airline))
    .step(reserveHotel(hotel))
    .step(reserveCar(rental))
    .step(confirmFlight(airline))
    .step(confirmHotel(hotel))
    .step(confirmCar(rental));

export class TripController extends Controller<ReturnType<typeof tripChain>> {
  constructor(services: TripServices) {
    super({ name: "trip", version: 1, chain: tripChain(services), policy: defaultPolicy });
  }
}
