import { Mock, type MockOptions } from "mock-kit";
import { Payments } from "./payments.ts";
import { paymentControls, paymentRoutes } from "./routes.ts";

/** The existing Payments API, in memory. With a `signalUrl` it also signals each payment that was processed, as the existing one does not. */
export function makePayments({ keyed, requiredToken, signalUrl, stateFile, log }: MockOptions): Mock {
  const payments = new Payments();
  return new Mock({
    title: "Payments API (mock)",
    keyed,
    requiredToken,
    routes: paymentRoutes(payments, signalUrl),
    controls: paymentControls(payments),
    state: () => ({ payments: payments.all, refused_users: payments.refusedUsers }),
    reset: () => payments.reset(),
    ...(stateFile !== undefined && { stateFile }),
    ...(log && { log }),
  });
}
