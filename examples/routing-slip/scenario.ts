import { RoutingSlipController, routingSlipServices } from "./routing-slip.ts";

export const tracking_number = "0195a1f2-4d5c-7b1e-9a63-2f1f0c6b7d11";

const input = {
  tracking_number,
  items: [
    { activity: "download-image", argument: "https://example.org/cat.png" },
    { activity: "filter-image", argument: "sepia" },
  ],
};

/** What `given` and `explore` answer its steps: nothing but that they are done. */
export const routingSlipScenario = { definition: new RoutingSlipController(routingSlipServices("http://127.0.0.1:1")), input };

/** How it runs with fake services. */
export const routingSlipExample = {
  ids: {},
  services: routingSlipServices,
  define: (services: ReturnType<typeof routingSlipServices>) => new RoutingSlipController(services),
  input,
};
