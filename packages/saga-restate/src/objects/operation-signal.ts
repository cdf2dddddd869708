import type { Serde } from "@restatedev/restate-sdk";
import { json } from "./json-serde.ts";

/** The signal by which an operation reaches a saga's workflow. Whatever else is sent under its name is passed over. */
export const OPERATION_SIGNAL = "operation";

/** What somebody sent to the saga: what was asked of it, unless it is something else. */
export class Signalled {
  readonly asked: unknown;

  constructor(asked: unknown) {
    this.asked = asked;
  }
}

/** Somebody sent something, and nothing was asked by it. */
export const nothing = new Signalled(undefined);

/** What was sent may be anything, and comes again with every execution: that it is no JSON must not stop the saga. */
export const signalled: Serde<Signalled> = {
  serialize: ({ asked }) => json.serialize(asked),
  deserialize: (bytes) => {
    try {
      return new Signalled(json.deserialize(bytes));
    } catch {
      return nothing;
    }
  },
};
