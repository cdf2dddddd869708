import type { Clock, Controller } from "saga-core";
import type { ServiceNames } from "../objects/service-names.ts";
import type { RestateAdmin } from "../restate/restate-admin.ts";
import type { RestateIndex } from "../restate/restate-index.ts";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import { timings } from "../timings.ts";
import { delay } from "./delay.ts";

export interface RegistrationPorts {
  readonly controllers: readonly Controller[];
  readonly names: ServiceNames;
  readonly admin: Pick<RestateAdmin, "register" | "refuseOtherFingerprint" | "refuseToLeaveBehind" | "refuseOtherDriver">;
  readonly ingress: Pick<RestateIngress, "pauses">;
  readonly index: Pick<RestateIndex, "open">;
  readonly clock: Clock;
}

/**
 * Registers an address with Restate, unless open sagas there would be lost or driven wrongly. Resolves with the ids of all open sagas.
 *
 * @param services the names of the services at that address.
 * @throws FingerprintMismatch where a definition is not the one that its open sagas started with, or is missing at an address where they
 * run; JournalError where open sagas there have another driver version, or Restate does not accept the address.
 */
export async function register(
  { controllers, names, admin, ingress, index, clock }: RegistrationPorts,
  endpointUrl: string,
  services: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  for (const controller of controllers) await admin.refuseOtherFingerprint(names.sagas(controller), controller);
  const isLeft = (service: string) => service.startsWith(names.sagasPrefix) && !services.has(service);
  await admin.refuseToLeaveBehind(endpointUrl, isLeft);
  await admin.refuseOtherDriver(endpointUrl, names.sagasPrefix);
  await admin.register(endpointUrl);
  await untilServed(ingress, clock);
  return new Set(await index.open());
}

/** A registration at one node reaches the others a moment later; until then they refuse our services. */
async function untilServed(ingress: Pick<RestateIngress, "pauses">, clock: Clock): Promise<void> {
  for (let looks = 1; ; looks += 1) {
    try {
      await ingress.pauses();
      return;
    } catch (error) {
      if (looks >= timings.registrationLooksMax) throw error;
      await delay(clock, timings.registrationLookMs).over;
    }
  }
}
