import { execFileSync } from "node:child_process";

/**
 * The variables of a process whose wall clock is shifted by libfaketime, while its monotonic clock is right. They are used in the place of
 * the command `faketime` itself, which would stand between the process and its signals.
 *
 * @param shift as faketime takes it, such as `+40d`.
 * @throws Error where the command is not installed.
 */
export function shiftClock(shift: string): Readonly<Record<string, string>> {
  const shown = showVariables(shift);
  const preload = /^LD_PRELOAD=(.+)$/m.exec(shown)?.[1];
  if (preload === undefined) throw new Error(`faketime sets no LD_PRELOAD:\n${shown}`);
  return { LD_PRELOAD: preload, FAKETIME: shift, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}

function showVariables(shift: string): string {
  try {
    return execFileSync("faketime", ["-f", shift, "env"], { encoding: "utf8" });
  } catch (cause) {
    throw new Error("The command faketime is needed: apt-get install faketime", { cause });
  }
}
