import { Controller, chain, defaultPolicy } from "saga-core";
import { HttpParticipant } from "saga-participant";
import { slip, slot } from "./slot.ts";

export const routingSlipServices = (url: string) => ({
  activities: new HttpParticipant({
    name: "activities",
    url: `${url}/activities`,
    keyed: true,
    callTimeoutMs: 5_000,
    refusals: [409],
  }),
});

type RoutingSlipServices = ReturnType<typeof routingSlipServices>;

/** Executes the items of a slip in order, or compensates those that were executed. A slip with more items needs a version with more slots. */
const routingSlipChain = ({ activities }: RoutingSlipServices) =>
  chain(slip).step(slot(1, activities)).step(slot(2, activities)).step(slot(3, activities));

export class RoutingSlipController extends Controller<ReturnType<typeof routingSlipChain>> {
  constructor(services: RoutingSlipServices) {
    super({ name: "routing-slip", version: 1, chain: routingSlipChain(services), policy: defaultPolicy });
  }
}
