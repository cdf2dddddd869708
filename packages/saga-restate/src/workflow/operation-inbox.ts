import type { RestatePromise } from "@restatedev/restate-sdk";
import { type SignalledOperation, signalledOperationSchema } from "../objects/messages.ts";
import { OPERATION_SIGNAL, Signalled, signalledSerde } from "../objects/operation-signal.ts";
import { CANCELLED_AT_RESTATE, type DriverContext } from "./driver-context.ts";

/** An operation on the saga, or a cancel of its invocation at Restate itself. */
export type Requested = SignalledOperation | typeof CANCELLED_AT_RESTATE;

/** The operations signalled to one saga, each given once. */
export class OperationInbox {
  readonly #context: Pick<DriverContext, "signal">;
  readonly #ids = new Set<string>();
  #next: RestatePromise<unknown>;

  constructor(context: Pick<DriverContext, "signal">) {
    this.#context = context;
    this.#next = context.signal(OPERATION_SIGNAL, signalledSerde);
  }

  /** Resolves with the next signal. */
  get next(): RestatePromise<unknown> {
    return this.#next;
  }

  /**
   * The operation in what came first of several. A signal that this installation did not send must not stop the saga; nor one applied
   * before, for an operation is sent again until it is answered.
   */
  open(first: unknown): Requested | undefined {
    if (first === CANCELLED_AT_RESTATE) return first;
    if (!(first instanceof Signalled)) return undefined;
    this.#next = this.#context.signal(OPERATION_SIGNAL, signalledSerde);
    const { success, data } = signalledOperationSchema.safeParse(first.content);
    if (!success || this.#ids.has(data.id)) return undefined;
    this.#ids.add(data.id);
    return data;
  }
}
