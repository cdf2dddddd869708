import { CaptureController, captureServices } from "./capture.ts";

const input = { card: "tok_1", amount_cents: 2_500, item: "lamp" };

/** What `given` and `explore` answer its steps. */
export const captureScenario = {
  definition: new CaptureController(captureServices("http://127.0.0.1:1")),
  input,
  results: { authorize: { authorization_id: "1" }, pack: { parcel_id: "2" } },
};

/** How it runs with fake services. */
export const captureExample = {
  ids: { "bank/authorizations": "authorization_id", "warehouse/parcels": "parcel_id" },
  services: captureServices,
  define: (services: ReturnType<typeof captureServices>) => new CaptureController(services),
  input,
};
