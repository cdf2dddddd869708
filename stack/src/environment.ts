import { flag, integer } from "service-kit";
import { z } from "zod";

const portOf = (name: string, fallback: number, more = "") =>
  integer(
    fallback,
    { min: 0, max: 65_535 },
    { description: `The port of the ${name} in the local stack.${more}`, example: String(fallback) },
  );

/** The variables of `pnpm start`. A test compares the table of variables with them. */
export const stackEnvironment = z.object({
  ORCHESTRATOR_PORT: portOf("orchestrator", 5123),
  STORE_MANAGER_PORT: portOf("Store Manager", 5000),
  PAYMENTS_PORT: portOf("Payments API", 5009),
  LAB_PORT: portOf("lab", 5200, " The browser keeps the progress of the lessons for each port."),
  KEYED: flag(true, {
    description: "Whether the mocks give a repeated Idempotency-Key the first reply; the orchestrator is configured for it.",
    example: "false",
  }),
  PAID_LATER_WAIT_MS: integer(
    120_000,
    { min: 1, max: 31 * 86_400_000 },
    {
      description: "How long an order of the definition `order-paid-later` waits for its payment in the local stack.",
      example: "120000",
    },
  ),
});
