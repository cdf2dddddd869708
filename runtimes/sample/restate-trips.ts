import { systemClock as clock } from "saga-clock";
import { RestateEngine } from "saga-restate";
import { v7 as newId } from "uuid";
import { TripController } from "./trip.ts";

/** Where Restate and the participants are, and the prefix of this installation's services in Restate. */
export interface Places {
  readonly ingressUrl: string;
  readonly adminUrl: string;
  readonly hotelUrl: string;
  readonly bankUrl: string;
  readonly namespace: string;
}

/** The trip saga on Restate. */
export function tripsOnRestate({ hotelUrl, bankUrl, ...restate }: Places, onDefect: (error: unknown) => void) {
  const controller = new TripController(hotelUrl, bankUrl);
  const ports = { clock, random: Math.random, newId };
  const retention = { sagasMs: 86_400_000, keysMs: 86_400_000 };
  const engine = new RestateEngine({
    controllers: [controller],
    ...restate,
    ...ports,
    sagasInFlightMax: 1_000,
    retention,
    onDefect,
  });
  return { engine, controller };
}
