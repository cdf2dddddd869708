import type { StopReason, StopSignal } from "./stop-signal.ts";

/** How to stop a process that has started. */
export interface Running {
  /** Called once, when the process is to stop or cannot go on; the process then exits: 1 if it rejects. */
  readonly stop: () => Promise<void>;
  /** Rejects when the process cannot go on; it then exits 1, so that its supervisor starts it again. */
  readonly failed?: Promise<never>;
  /** The longest time that `stop` may take, in milliseconds; then the process exits 1 without it. Default: no limit. */
  readonly stopMsMax?: number;
  /**
   * Called last, to say why the process ends. With it the process ends at once, with 1, on a second Ctrl-C while it stops, and on an error that
   * nothing caught. Default: an error is printed.
   */
  readonly ended?: (end: ProcessEnd) => Promise<void>;
}

/** Why a process ends. */
export type EndReason =
  | StopReason
  /** It could not go on. */
  | { readonly name: "failed"; readonly error: unknown }
  /** An error that nothing caught: what it did is not known, so it is not stopped in order. */
  | { readonly name: "uncaught"; readonly error: unknown };

/** What kept a process from stopping in order. */
export type StopProblem =
  | { readonly name: "error"; readonly error: unknown }
  | { readonly name: "second-interrupt" }
  | { readonly name: "too-slow"; readonly afterMs: number };

export interface ProcessEnd {
  readonly code: 0 | 1;
  readonly reason: EndReason;
  /** Undefined when it has stopped in order. */
  readonly problem?: StopProblem;
}

export interface EndPorts {
  readonly stopSignal: Pick<StopSignal, "stopped" | "interruptedAgain">;
  /** Resolves with an error that nothing caught. */
  readonly uncaught: Promise<unknown>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Waits until a process is to end, stops it, and resolves with the reason. It never rejects. */
export async function untilEnd({ stop, failed, stopMsMax, ended }: Running, ports: EndPorts): Promise<ProcessEnd> {
  const { stopSignal, wait } = ports;
  const uncaught = ports.uncaught.then((error) => ({ name: "uncaught", error }) as const);
  const failure = failed?.catch((error: unknown) => ({ name: "failed", error }) as const);
  const reason: EndReason = await Promise.race([stopSignal.stopped, uncaught, ...(failure === undefined ? [] : [failure])]);
  if (reason.name === "uncaught") return { code: 1, reason };
  const stopping = stop().then(
    () => undefined,
    (error: unknown) => ({ name: "error", error }) as const,
  );
  const again = stopSignal.interruptedAgain.then(() => ({ name: "second-interrupt" }) as const);
  const defect = uncaught.then(({ error }) => ({ name: "error", error }) as const);
  const problem: StopProblem | undefined = await Promise.race([
    stopping,
    defect,
    ...(ended ? [again] : []),
    ...(stopMsMax === undefined ? [] : [wait(stopMsMax).then(() => ({ name: "too-slow", afterMs: stopMsMax }) as const)]),
  ]);
  const code = problem || reason.name === "failed" ? 1 : 0;
  return { code, reason, ...(problem && { problem }) };
}
