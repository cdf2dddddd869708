import { getLogger, reset } from "@logtape/logtape";
import type { Drained } from "saga-core";
import type { EndReason, ProcessEnd, StopProblem } from "service-kit";

/** Logs why the process ends and what it leaves, whatever the log's level, and resolves when the log is written. Nothing is logged after it. */
export async function logLastLine({ code, reason, problem }: ProcessEnd, left: Drained | undefined): Promise<void> {
  const log = getLogger(lastLineCategory);
  const parts = [
    "The process ends with exit code {code}: {reason}",
    ...(problem ? ["{problem}"] : []),
    ...(left?.unfinished === undefined ? [] : ["{unfinished} sagas are not finished"]),
    ...(left ? ["{callsCut} calls were cut"] : []),
  ];
  const facts = { code, reason: reasonOf(reason), ...(problem && { problem: problemOf(problem) }), ...left };
  if (code === 0) log.info(parts.join("; "), facts);
  else log.error(parts.join("; "), facts);
  await reset();
}

export const lastLineCategory = ["orchestrator", "end"] as const;

function reasonOf(reason: EndReason): unknown {
  switch (reason.name) {
    case "signal":
      return reason.signal;
    case "launcher-gone":
      return "the process that launched it is gone";
    case "failed":
      return reason.error;
    case "uncaught":
      return new Error("a defect, which nothing caught", { cause: reason.error });
  }
}

function problemOf(problem: StopProblem): unknown {
  switch (problem.name) {
    case "error":
      return problem.error;
    case "second-interrupt":
      return "a second Ctrl-C cut the stop short";
    case "too-slow":
      return `the stop took longer than ${problem.afterMs} ms`;
  }
}
