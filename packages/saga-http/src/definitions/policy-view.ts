import { z } from "@hono/zod-openapi";
import type { Policy } from "saga-core";
import type { ObjectSchema } from "../wire/object-schema.ts";

/** The patience of a definition's sagas, as this API shows it. */
export interface PolicyView {
  readonly attempts_max: number;
  readonly backoff_ms_base: number;
  readonly backoff_ms_max: number;
  readonly retry_after_ms_max: number;
  readonly deadline_ms: number;
  readonly give_up_ms: number;
}

export const policySchema: ObjectSchema<PolicyView> = z
  .object({
    attempts_max: z.int().describe("Attempts at a step whose participant is unavailable, before the saga turns back."),
    backoff_ms_base: z.int().describe("The longest wait before the first repetition. It doubles with each further one."),
    backoff_ms_max: z.int().describe("Where that doubling stops."),
    retry_after_ms_max: z.int().describe("The longest Retry-After of a participant that is honoured."),
    deadline_ms: z.int().describe("From its start, when a saga that has not reached its pivot turns back."),
    give_up_ms: z.int().describe("From its start, when a call is not repeated any more and the saga needs a human."),
  })
  .openapi("Policy", { description: "The patience of its sagas. Each saga records the policy that it starts with." });

export function viewPolicy(policy: Policy): PolicyView {
  return {
    attempts_max: policy.attemptsMax,
    backoff_ms_base: policy.backoffMsBase,
    backoff_ms_max: policy.backoffMsMax,
    retry_after_ms_max: policy.retryAfterMsMax,
    deadline_ms: policy.deadlineMs,
    give_up_ms: policy.giveUpMs,
  };
}
