import type { Serde } from "@restatedev/restate-sdk";
import { json } from "./json-serde.ts";

/** The name of the signal that brings an operation to a saga's workflow. The workflow ignores anything else sent under this name. */
export const OPERATION_SIGNAL = "operation";

/** The content of one signal: an operation, or anything that a stranger sent. */
export class Signalled {
  readonly content: unknown;

  constructor(content: unknown) {
    this.content = content;
  }
}

/** A signal without an operation. */
export const emptySignal: Signalled = new Signalled(undefined);

/** A signal is replayed with every execution: one that is no JSON must not stop the saga. */
export const signalledSerde: Serde<Signalled> = {
  serialize: ({ content }) => json.serialize(content),
  deserialize: (bytes) => {
    try {
      return new Signalled(json.deserialize(bytes));
    } catch {
      return emptySignal;
    }
  },
};
