import type { CallName } from "../participants/participant-calls.ts";

/** A complete reply. A string body is sent unchanged, any other as JSON. */
export interface TableReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TableRow {
  /** The name of the reply, which is also noted in the pacts. */
  readonly reply: string;
  readonly sent: TableReply;
  readonly outcome: "done" | "rejected" | "unavailable" | "unknown";
  /** The calls with this outcome. Absent: every call that can have an effect. */
  readonly calls?: readonly CallName[];
  readonly isDefect?: true;
  readonly isMisconfiguration?: true;
  /** The pact that must contain the reply, because a provider can promise it. Absent: no provider sends it on purpose. */
  readonly contract?: Contract;
}

/** `base`: replies of the existing services. `optional`: replies that a service may send. `keyed`: replies that a keyed participant must send. */
export type Contract = "base" | "optional" | "keyed";
