import { Mock } from "mock-kit";
import { Payments } from "./payments.ts";
import { paymentControls, paymentRoutes } from "./routes.ts";

/** The existing Payments API, in memory. */
export function makePayments({ keyed }: { readonly keyed: boolean }): Mock {
  const payments = new Payments();
  return new Mock({
    title: "Payments API (mock)",
    keyed,
    routes: paymentRoutes(payments),
    controls: paymentControls(payments),
    state: () => ({ payments: payments.all, refused_users: payments.refusedUsers }),
    reset: () => payments.reset(),
  });
}
