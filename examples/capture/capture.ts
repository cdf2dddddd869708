import { Controller, chain, defaultPolicy } from "saga-core";
import { HttpParticipant } from "saga-participant";
import { authorize, capture, order, pack, ship } from "./steps.ts";

/** The bank keeps its first answer to a key for a day, as card processors do. */
export const captureServices = (url: string) => ({
  bank: new HttpParticipant({ name: "bank", url: `${url}/bank`, keyed: true, keyRetentionMs: 86_400_000, refusals: [402, 409] }),
  warehouse: new HttpParticipant({ name: "warehouse", url: `${url}/warehouse`, keyed: true, refusals: [409] }),
});

type CaptureServices = ReturnType<typeof captureServices>;

/** Sells an item: the money is held first, and taken when the item is packed. */
const captureChain = ({ bank, warehouse }: CaptureServices) =>
  chain(order).step(authorize(bank)).step(pack(warehouse)).step(capture(bank)).step(ship(warehouse));

export class CaptureController extends Controller<ReturnType<typeof captureChain>> {
  constructor(services: CaptureServices) {
    super({ name: "capture", version: 1, chain: captureChain(services), policy: defaultPolicy });
  }
}
