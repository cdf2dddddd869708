import {
  type AnyHandler,
  type Attempt,
  Controller,
  done,
  type Outcome,
  type Policy,
  rejected,
  unavailable,
  unknown,
} from "saga-core";
import type { Mishap } from "../trouble.ts";

interface Real {
  readonly definition: Controller;
  readonly policy: Policy;
  readonly mishap: Mishap;
  /** What the steps give. */
  readonly results: Readonly<Record<string, object>>;
  /** A person cancels the saga. */
  readonly cancel: (sagaId: string) => Promise<void>;
}

/** A definition whose participants really answer, and at one step have a mishap: written apart from what foretells it. */
export class RealController extends Controller {
  constructor(real: Real) {
    const { name, version, input, handlers } = real.definition;
    super({
      name,
      version,
      chain: { input, handlers: handlers.map((handler) => answering(handler, real)) },
      policy: real.policy,
    });
  }
}

function answering(handler: AnyHandler, { mishap, results, cancel }: Real): AnyHandler {
  const rollback = async (): Promise<Outcome> => done();
  if (handler.how === "wait") return handler.kind === "compensatable" ? { ...handler, rollback } : handler;
  const isHere = handler.step === mishap.step;
  const given = done(results[handler.step] ?? {});
  let runs = 0;
  let isApplied = false;
  const apply = (): Outcome<object> => {
    isApplied = true;
    return given;
  };
  const run = async (_data: object, { signal, sagaId }: Pick<Attempt, "signal" | "sagaId">): Promise<Outcome<object>> => {
    runs += 1;
    switch (isHere ? mishap.trouble : undefined) {
      case undefined:
        return apply();
      case "refused":
        return rejected("no");
      case "unreachable":
        return unavailable("no connection");
      case "silent":
        return await unanswered(signal);
      case "timed-out":
        return runs === 1 ? await unanswered(signal) : apply();
      case "cut":
        apply();
        return runs === 1 ? unknown("cut") : given;
      case "cancelled":
        if (runs === 1) await cancel(sagaId);
        return apply();
    }
  };
  const look = async (_data: object, { signal }: Pick<Attempt, "signal">): Promise<Outcome<object>> => {
    if (isHere && mishap.trouble === "silent") return await unanswered(signal);
    return isApplied ? given : rejected("it is not there");
  };
  switch (handler.kind) {
    case "compensatable":
      return { ...handler, run, rollback, ...(handler.probe && { probe: look }) };
    case "pivot":
      return { ...handler, run, ...(handler.probe && { probe: look }) };
    case "lasting":
      return { ...handler, run, ...(handler.probe && { probe: look }) };
    case "retriable":
      return { ...handler, run, ...(handler.probe && { probe: look }) };
    case "read":
      return { ...handler, run };
  }
}

async function unanswered(signal: AbortSignal): Promise<Outcome<never>> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return unknown("aborted");
}
