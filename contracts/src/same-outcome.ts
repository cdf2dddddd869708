import { answering, type CallName, callNamed, callNames, ScriptedParticipant } from "orchestrator/testing";
import type { PactInteraction } from "./pact.ts";
import type { RecordedReply } from "./recording-proxy.ts";

/** The outcome that the orchestrator's client reads from a reply. */
export type ReadOutcome = Awaited<ReturnType<(typeof callNamed)[CallName]["send"]>>;

/** The client's call in an interaction; undefined if the interaction is another consumer's. */
export function callOf({ comments }: PactInteraction): CallName | undefined {
  return callNames.find((name) => name === comments.call);
}

/** Sends a reply to the real client, over a real connection. */
export async function readReply(participant: ScriptedParticipant, call: CallName, reply: RecordedReply): Promise<ReadOutcome> {
  participant.answer = answering({ status: reply.status, body: reply.text, headers: reply.headers });
  return await callNamed[call].send({ url: participant.url, callTimeoutMs: CALL_TIMEOUT_MS });
}

/** The reply in a pact, with its example values. */
export function exampleReply({ response }: PactInteraction): RecordedReply {
  const headers = Object.entries(response.headers).map(([name, values]) => [name.toLowerCase(), values.join(", ")] as const);
  const content = response.body?.content;
  return {
    status: response.status,
    headers: { "content-type": "application/json", ...Object.fromEntries(headers) },
    text: content === undefined ? "" : JSON.stringify(content),
  };
}

/** The timeout ends a call that hangs, not one that is slow on a busy machine. */
const CALL_TIMEOUT_MS = 30_000;

/**
 * The outcomes that the client reads from the reply in the pact and from another reply, each with whether it is a defect of ours. The client
 * itself checks that a `done` has what the step needs. Empty if the interaction is another consumer's.
 */
export async function bothOutcomes(
  interaction: PactInteraction,
  reply: RecordedReply,
): Promise<readonly [wanted: string, got: string] | readonly []> {
  const call = callOf(interaction);
  if (call === undefined) return [];
  const participant = await ScriptedParticipant.start();
  try {
    const expected = await readReply(participant, call, exampleReply(interaction));
    const actual = await readReply(participant, call, reply);
    return [summary(expected), summary(actual)];
  } finally {
    await participant.stop();
  }
}

function summary(outcome: ReadOutcome): string {
  return outcome.outcome === "unknown" && outcome.defect === true ? "unknown, a defect" : outcome.outcome;
}
