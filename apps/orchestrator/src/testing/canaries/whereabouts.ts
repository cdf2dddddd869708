/** Where what somebody sent may be seen later. `sender`: the replies to who sent it, or started the saga. `operators`: to those who may read or operate. */
export type Place = "journal" | "sender" | "operators" | "log";

export const places: readonly Place[] = ["journal", "sender", "operators", "log"];

/** What is planted, and where it may be found. */
export interface Planted {
  /** What it is, for people. */
  readonly input: string;
  /** No other text contains it. Digits, where a card has digits alone. */
  readonly canary: string;
  readonly places: readonly Place[];
}

const inReplies = ["journal", "sender", "operators"] as const;

/** Every input, with a canary of its own. docs/access.md shows this table, and canaries.test.ts looks for each canary in each place. */
export const whereabouts = {
  token: { input: "a token that counts", canary: "canary-token-that-counts", places: [] },
  wrongToken: { input: "a token that does not count", canary: "canary-token-unknown", places: [] },
  outbound: {
    input: "the token of a participant, also where the participant repeats it",
    canary: "canary-outbound-token",
    places: [],
  },
  key: { input: "`Idempotency-Key`", canary: "canary-idempotency-key", places: ["journal"] },
  header: { input: "a header that nothing declares, a cookie", canary: "canary-undeclared-header", places: [] },
  context: { input: "a header that a definition declares", canary: "canary-declared-header", places: ["journal"] },
  traceparent: { input: "`traceparent`, `tracestate`", canary: "4bf92f3577b34da6a3ce929d0e0e4736", places: ["journal", "log"] },
  baggage: { input: "`baggage`", canary: "canary-baggage", places: [] },
  secretInput: { input: "a secret member of the input", canary: "4929123456781234", places: ["journal"] },
  secretData: { input: "a secret member of what a participant gives", canary: "canary-secret-data", places: ["journal"] },
  secretSignal: { input: "a secret member of a signal", canary: "canary-secret-signal", places: ["journal"] },
  input: { input: "another member of the input", canary: "canary-other-input", places: ["journal", "sender", "operators"] },
  data: {
    input: "another member of what a participant gives",
    canary: "canary-other-data",
    places: ["journal", "sender", "operators"],
  },
  signal: { input: "another member of a signal", canary: "canary-other-signal", places: ["journal", "sender", "operators"] },
  unknownMember: { input: "a member that a schema does not know", canary: "canary-unknown-member", places: [] },
  errorLine: { input: "the first line of a participant's error", canary: "canary-error-first-line", places: inReplies },
  errorRest: { input: "its further lines", canary: "canary-error-further-line", places: ["journal", "operators"] },
  replyHeader: { input: "a header of a participant's reply", canary: "canary-reply-header", places: [] },
  note: { input: "an operator's note", canary: "canary-operator-note", places: ["journal", "operators"] },
  query: { input: "a query that a route does not know", canary: "canary-query-value", places: [] },
  path: { input: "a path that there is not", canary: "canary-path", places: ["sender"] },
  malformed: { input: "a body that is no JSON, or does not fit its schema", canary: "mAlf0rm", places: [] },
} as const satisfies Readonly<Record<string, Planted>>;

export type CanaryName = keyof typeof whereabouts;

/** All that is planted. */
export const planted: readonly Planted[] = Object.values(whereabouts);

/** The canary of an input. */
export function canaryOf(name: CanaryName): string {
  return whereabouts[name].canary;
}

/** The table for people. */
export function whereaboutsTable(): string {
  const heads = ["what is sent", "journal", "its sender", "readers and operators", "log"];
  const rows = planted.map(({ input, places: allowed }) => {
    const cells = places.map((place) => (allowed.includes(place) ? "✓" : ""));
    return `| ${[input, ...cells].join(" | ")} |\n`;
  });
  return `| ${heads.join(" | ")} |\n|---|${places.map(() => "---|").join("")}\n${rows.join("")}`;
}
