import { Verifier } from "@pact-foundation/pact";
import { z } from "zod";
import { parseJson } from "./http.ts";
import { messageOf } from "./message-of.ts";
import type { Values } from "./states/state.ts";

export interface PactToVerify {
  readonly url: string;
  readonly provider: string;
  readonly file: string;
  /** The names of its states, which are already set, and the values that they gave. */
  readonly states: readonly string[];
  readonly values: Values;
}

/** Sends a pact's requests and compares the replies, with Pact's verifier. Returns the differences. */
export async function findMismatches({ url, provider, file, states, values }: PactToVerify): Promise<readonly string[]> {
  const stateHandlers = Object.fromEntries(states.map((name) => [name, () => Promise.resolve({ ...values })]));
  try {
    await new Verifier({
      providerBaseUrl: url,
      provider,
      pactUrls: [file],
      stateHandlers,
      logLevel: "error",
    }).verifyProvider();
    return [];
  } catch (error) {
    const report = verifierReport.safeParse(parseJson(messageOf(error))).data;
    if (!report) return [`the verifier gave no report: ${messageOf(error)}`];
    return report.errors.flatMap(({ mismatch: { message, mismatches } }) => [
      ...(message === undefined ? [] : [message]),
      ...mismatches.map(describeMismatch),
    ]);
  }
}

const mismatchSchema = z.looseObject({
  type: z.string().optional(),
  path: z.string().optional(),
  key: z.string().optional(),
  mismatch: z.string().optional(),
  expected: z.unknown(),
  actual: z.unknown(),
});

const verifierReport = z.object({
  errors: z
    .array(
      z.object({
        mismatch: z.looseObject({ message: z.string().optional(), mismatches: z.array(mismatchSchema).default([]) }),
      }),
    )
    .min(1),
});

function describeMismatch({ type, path, key, mismatch, expected, actual }: z.output<typeof mismatchSchema>): string {
  const where = type === "StatusMismatch" ? "status" : (key ?? path ?? "body");
  return `${where}: ${mismatch ?? `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`}`;
}
