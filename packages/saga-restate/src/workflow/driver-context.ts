import { CancelledError, type GenericCall, RestatePromise, type Serde, TerminalError } from "@restatedev/restate-sdk";
import type { Verdict } from "../objects/messages.ts";
import { emptySignal, type Signalled } from "../objects/operation-signal.ts";

/** What the driver uses of Restate: a part of a workflow's context. */
export interface DriverContext {
  readonly run: (name: string, action: () => Promise<unknown>) => RestatePromise<unknown>;
  readonly sleep: (durationMs: number) => RestatePromise<unknown>;
  readonly signal: (name: string, serde: Serde<Signalled>) => RestatePromise<unknown>;
  readonly genericCall: (call: GenericCall<unknown, unknown>) => RestatePromise<unknown>;
  readonly set: (key: string, value: unknown) => void;
  readonly resolveAwakeable: (id: string, payload: Verdict) => void;
  readonly request: () => { readonly id: string; readonly attemptCompletedSignal: AbortSignal };
}

/** A timer is over. */
export const WOKEN: unique symbol = Symbol("woken");

/** Somebody cancelled the workflow's invocation at Restate itself. */
export const CANCELLED_AT_RESTATE: unique symbol = Symbol("cancelled at Restate");

/** The value of the promise that Restate's journal resolves first; it identifies the promise. */
export async function firstOf(all: readonly (RestatePromise<unknown> | undefined)[]): Promise<unknown> {
  try {
    // Only a signal may come without a value: the protocol allows it.
    return (await RestatePromise.race(all.filter((each) => each !== undefined))) ?? emptySignal;
  } catch (error) {
    if (error instanceof CancelledError) return CANCELLED_AT_RESTATE;
    // Only a signal may fail for good: neither a batch nor a timer does, and a claim that fails is an answer.
    if (error instanceof TerminalError) return emptySignal;
    throw error;
  }
}
