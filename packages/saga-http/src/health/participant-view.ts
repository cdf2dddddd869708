import { z } from "@hono/zod-openapi";
import type { ParticipantState } from "saga-core";
import type { MemberSchemas, ObjectSchema } from "../wire/object-schema.ts";
import { timestamp } from "../wire/timestamp.ts";

/** A participant, as this API shows it. */
export interface ParticipantView {
  readonly participant: string;
  readonly circuit: ParticipantState["circuit"];
  readonly calls_in_flight: number;
  readonly waiting: number;
  readonly says: string;
  readonly failures: number;
  readonly last_failure?: "answer" | "silence" | undefined;
  readonly next_probe_at?: string | undefined;
}

export function viewParticipant(state: ParticipantState): ParticipantView {
  const { participant, circuit, callsInFlight, waiting, failures, lastFailure, nextTrialAt } = state;
  return {
    participant,
    circuit,
    calls_in_flight: callsInFlight,
    waiting,
    failures,
    says: wordsOf(state),
    ...(lastFailure && { last_failure: lastFailure }),
    ...(nextTrialAt !== undefined && { next_probe_at: timestamp(nextTrialAt) }),
  };
}

/** The state of a participant in a sentence. */
function wordsOf({ circuit, callsInFlight, waiting, failures, lastFailure }: ParticipantState): string {
  const calls = `${callsInFlight} ${callsInFlight === 1 ? "call is" : "calls are"} under way`;
  const waits = waiting === 0 ? "" : `, and ${waiting} ${waiting === 1 ? "waits" : "wait"}`;
  const last = lastFailure === "answer" ? "it answers, but without success" : "it gives no answer";
  const failed = failures === 0 ? "" : `; ${failures} ${failures === 1 ? "saga has" : "sagas have"} failed there, and ${last}`;
  switch (circuit) {
    case "closed":
      return `It is called${failed}: ${calls}${waits}.`;
    case "open":
      return `The sagas that failed there are held back${failed}: ${calls}${waits}.`;
    case "half-open":
      return `One of the sagas that failed there tries again${failed}: ${calls}${waits}.`;
  }
}

export const participantMembers: MemberSchemas<ParticipantView> = {
  participant: z.string(),
  circuit: z
    .enum(["closed", "open", "half-open"])
    .describe(
      "`open`: several sagas failed at the participant with no clear answer between, and they are held back; `half-open`: one of them at a time tries again. A saga that has not failed there is not held back.",
    ),
  calls_in_flight: z.int(),
  waiting: z.int().describe("The calls and sagas that wait for room, or for the circuit."),
  says: z.string().describe("The same in a sentence, for people."),
  failures: z.int().describe("How many different sagas failed there since its last clear answer."),
  last_failure: z
    .enum(["answer", "silence"])
    .optional()
    .describe(
      "How the last of them failed: with an answer, such as a 429 or a 500; or with none, such as a timeout. After silence no more than eight sagas at a time make their first attempt.",
    ),
  next_probe_at: z.iso.datetime().optional(),
};

export const participantSchema: ObjectSchema<ParticipantView> = z.object(participantMembers).openapi("Participant");
