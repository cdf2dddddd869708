import { TripController, tripServices } from "./trip.ts";

const input = { traveller: "Ada", city: "Lisbon", day: "2027-05-01" };

/** What `given` and `explore` answer its steps. */
export const tripScenario = {
  definition: new TripController(tripServices("http://127.0.0.1:1")),
  input,
  results: { "reserve-flight": { flight_id: "1" }, "reserve-hotel": { room_id: "2" }, "reserve-car": { car_id: "3" } },
};

/** How it runs with fake services. */
export const tripExample = {
  ids: { "airline/seats": "flight_id", "hotel/rooms": "room_id", "rental/cars": "car_id" },
  services: tripServices,
  define: (services: ReturnType<typeof tripServices>) => new TripController(services),
  input,
};
