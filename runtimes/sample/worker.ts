import { systemClock as clock } from "saga-clock";
import { sagaApp } from "saga-http";
import { type Places, tripsOnRestate } from "./restate-trips.ts";
import { trySentOnce } from "./sent-once.ts";
import { receipt, trip } from "./trip.ts";
import { testTrip } from "./trip-tests.ts";

/** The REST surface over Restate. Its engine is made for each request, because a Worker may not use what another request opened. */
function restApp(places: Places) {
  const onError = (error: unknown) => {
    throw error;
  };
  const { engine, controller } = tripsOnRestate(places, onError);
  const resources = [{ controller, input: trip, result: receipt }];
  const info = { title: "Trips", version: "1" };
  return sagaApp({ info, resources, engine, index: engine.index, clock, syncWaitMsMax: 20_000, onError });
}

const worker = {
  async fetch(request: Request, places: Places): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case "/try/tests":
        return new Response(`${await testTrip()} runs`);
      case "/try/sent-once":
        return Response.json(await trySentOnce(await request.json()));
      default:
        return await restApp(places).fetch(request);
    }
  },
};

// biome-ignore lint/style/noDefaultExport: workerd takes the worker from it.
export { worker as default };
