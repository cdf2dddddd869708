import type { CallName } from "./participant-calls.ts";

/** A whole reply; a string is a body as it stands, anything else is sent as JSON. */
export interface TableReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TableRow {
  readonly reply: string;
  readonly sent: TableReply;
  readonly outcome: "done" | "rejected" | "unavailable" | "unknown";
  /** The calls that read it so; without it, every call that can have an effect. */
  readonly calls?: readonly CallName[];
  readonly isDefect?: true;
  readonly isMisconfiguration?: true;
  /** The pact that must hold it, because a provider can promise it; without it, nobody answers so on purpose. */
  readonly contract?: Contract;
}

/** `base`: what the existing services answer. `optional`: what they might. `keyed`: what a keyed participant must. */
export type Contract = "base" | "optional" | "keyed";
