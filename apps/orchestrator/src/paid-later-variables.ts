import { optionalInteger } from "service-kit";

/** Of orders that are paid later. */
export const paidLaterVariables = {
  PAID_LATER_WAIT_MS: optionalInteger(
    { min: 1, max: 31 * 86_400_000 },
    {
      description:
        "How long an order of the definition `order-paid-later` waits for its payment before it is undone. A saga keeps the time that it started with. Unset: that definition is not served.",
      example: "86400000",
    },
  ),
};
