import { z } from "@hono/zod-openapi";
import type { FoundSaga } from "saga-core";
import { type Consequence, type ExplainedChoice, explainChoices } from "saga-core/engine";
import { explainConsequence } from "../sagas/explanation.ts";
import { statusSchema } from "../sagas/saga-view.ts";
import { timestamp } from "../wire/timestamp.ts";

export const consequenceSchema = z
  .object({
    calls: z
      .array(z.object({ step: z.string(), action: z.enum(["run", "rollback", "probe"]) }))
      .describe("The calls that follow, in order."),
    status: statusSchema,
    state: z.string(),
    explanation: z.string(),
  })
  .openapi("Consequence", { description: "What follows, if every call that follows is done." });

const choiceSchema = z
  .object({
    choice: z
      .enum(["cancel", "retry", "applied", "not-applied", "end-wait", "acknowledge"])
      .describe(
        "`applied` and `not-applied` are the values of `applied` for `resolve`. `end-wait` is there for a definition with waits, `acknowledge` for a saga with late signals.",
      ),
    allowed: z.boolean(),
    reason: z.string().optional().describe("Why it is not allowed."),
    allowed_from: z.iso.datetime().optional().describe("When it will be allowed, if waiting helps."),
    consequence: consequenceSchema.optional(),
  })
  .openapi("Choice");

export const choicesSchema = z.object({ items: z.array(choiceSchema) }).openapi("Choices");

export type ChoicesView = z.output<typeof choicesSchema>;
export type ChoiceView = z.output<typeof choiceSchema>;

/** The operations on a saga: whether each is allowed at the instant `at`, in epoch milliseconds, and what it would do. */
export function viewChoices({ saga, controller }: FoundSaga, at: number): ChoicesView {
  return { items: explainChoices(controller, saga, at).map(viewChoice) };
}

export function viewChoice({ name, choice, consequence }: ExplainedChoice): ChoiceView {
  return {
    choice: name,
    allowed: choice.allowed,
    ...(!choice.allowed && { reason: choice.reason }),
    ...(!choice.allowed && choice.from !== undefined && { allowed_from: timestamp(choice.from) }),
    ...(consequence && { consequence: viewConsequence(consequence) }),
  };
}

function viewConsequence(consequence: Consequence): z.output<typeof consequenceSchema> {
  const { calls, status, state } = consequence;
  return { calls: [...calls], status, state, explanation: explainConsequence(consequence) };
}
