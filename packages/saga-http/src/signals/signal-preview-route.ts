import { z } from "@hono/zod-openapi";
import type { Clock, Engine } from "saga-core";
import { consequenceOf, signalEvent, verdictOf } from "saga-core/engine";
import { type ConsequenceView, consequenceSchema, viewConsequence } from "../operations/choices-view.ts";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { getSaga, oneSagaProblems, sagaIdParameter } from "../sagas/get-saga.ts";
import { jsonReply } from "../wire/json-reply.ts";
import type { ObjectSchema } from "../wire/object-schema.ts";
import { signalBodySchema, stepParameter } from "./signal-parameters.ts";

export interface SignalPreviewOptions {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** What a signal would be now. */
export interface SignalPreview {
  readonly signal: "taken" | "kept" | "asks" | "repeated" | "late";
  readonly consequence?: ConsequenceView | undefined;
}

/** `POST /sagas/{saga_id}/signals/{step}/preview`: by the function that decides about the signal itself. Nothing is recorded. */
export function mountSignalPreviewRoute(surface: Surface, { engine, clock }: SignalPreviewOptions): void {
  mountRoute(surface, previewRoute, async ({ params: { saga_id, step }, body }) => {
    const found = await getSaga(engine, saga_id);
    const { saga, controller } = found;
    const event = signalEvent(found, { step, signal: body, sender: {} }, clock.now());
    const verdict = verdictOf(controller, saga, event);
    // A signal that is repeated or late changes nothing.
    const isNews = verdict.name !== "repeated" && verdict.name !== "late";
    const consequence = isNews ? { consequence: viewConsequence(consequenceOf(controller, saga, event)) } : {};
    const preview: SignalPreview = { signal: verdict.name, ...consequence };
    return jsonReply(preview);
  });
}

const previewSchema: ObjectSchema<SignalPreview> = z
  .object({
    signal: z
      .enum(["taken", "kept", "asks", "repeated", "late"])
      .describe("As in the answer to the signal itself; `late`: it would be refused, and listed until a person acknowledges it."),
    consequence: consequenceSchema.optional(),
  })
  .openapi("SignalPreview");

const previewRoute = {
  method: "post",
  path: "/sagas/{saga_id}/signals/{step}/preview",
  operationId: "previewSignal",
  access: "operate",
  tag: "operations",
  summary: "Says what a signal would be now, and what would follow",
  documentedBody: signalBodySchema,
  reads: { params: sagaIdParameter.extend({ step: stepParameter }), body: z.unknown() },
  responses: {
    200: {
      description: "What it would be. Nothing is recorded.",
      content: {
        "application/json": {
          schema: previewSchema,
          example: {
            signal: "taken" as const,
            consequence: { calls: [], status: "completed" as const, state: "COMPLETED", explanation: "the saga is completed" },
          },
        },
      },
    },
    ...oneSagaProblems,
    422: documentedProblems("invalid-request"),
  },
} as const;
