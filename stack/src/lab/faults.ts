import type { FaultKind } from "saga-lab/api";

/** The customer whose payments are limited. */
export const SICK_CUSTOMER = 2;

/** Longer than the deadline of a call, which is five seconds in both orchestrators: the caller has left when the effect comes. */
const SLOW_MS = 6_000;

/** How the existing Store Manager answers when a row of its stock stays locked. */
const LOCKED = [
  "(mysql.connector.errors.DatabaseError) 1205 (HY000): Lock wait timeout exceeded; try restarting transaction",
  "[SQL: UPDATE stocks SET quantity=(stocks.quantity - %(quantity_1)s) WHERE stocks.product_id = %(product_id_1)s]",
  "[parameters: {'quantity_1': 1, 'product_id_1': 1}]",
  "(Background on this error at: https://sqlalche.me/e/20/4xp6)",
].join("\n");

/** A fault of a mock, without how often it applies. */
export interface MockFault {
  readonly at: "storeManager" | "payments";
  readonly fault: Readonly<Record<string, unknown>>;
}

/** What a mock is told for each kind of trouble; undefined where the mocks work and the orders themselves ask too much. */
export function mockFaultOf(kind: FaultKind): MockFault | undefined {
  const atPayments = (fault: MockFault["fault"]): MockFault => ({ at: "payments", fault: { route: "POST /payments", ...fault } });
  const atStock = (fault: MockFault["fault"]): MockFault => ({ at: "storeManager", fault: { route: "PUT /stocks", ...fault } });
  switch (kind) {
    case "none":
    case "no-stock":
      return undefined;
    case "payments-down":
      // Without Retry-After a 503 may come from anywhere, and is in doubt.
      return atPayments({ fault: "status", status: 503, retry_after_s: 1, error: "Payments is down." });
    case "answer-lost":
      return atPayments({ fault: "drop_after" });
    case "slow":
      return atPayments({ fault: "delay", delay_ms: SLOW_MS });
    case "slow-stock":
      return atStock({ fault: "delay", delay_ms: SLOW_MS });
    case "half-replies":
      return atPayments({ fault: "malformed" });
    case "row-lock":
      return atStock({ fault: "status", status: 500, error: LOCKED });
    case "rate-limit":
      return atPayments({
        fault: "status",
        status: 429,
        retry_after_s: 1,
        error: "This customer pays too often.",
        user_id: SICK_CUSTOMER,
      });
  }
}
