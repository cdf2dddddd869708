import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * Finds the package managers and wrappers that started this process: npx, pnpm, a shell, Deno's wrapper. Each of them ends on SIGTERM without
 * forwarding it, so that all must be watched. Without /proc only the parent is found.
 */
function launchersOf(pid: number): readonly number[] {
  const parent = parentOf(pid);
  return parent !== undefined && isLauncher(parent) ? [parent, ...launchersOf(parent)] : [];
}

/** Gives a function that checks whether all of them are running. */
export function watchLaunchers(): () => boolean {
  const parent = process.ppid;
  const launchers = launchersOf(process.pid);
  return () => process.ppid === parent && launchers.every(isAlive);
}

function parentOf(pid: number): number | undefined {
  // The command's name, in parentheses, may contain spaces. The state and then the parent follow it.
  const parent = /^\d+ \(.*\) \S (\d+) /s.exec(readProc(pid, "stat"))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function isLauncher(pid: number): boolean {
  return pid > 1 && /\b(pnpm|npx|npm|deno)\b/.test(readProc(pid, "cmdline"));
}

function isAlive(pid: number): boolean {
  const stat = readProc(pid, "stat");
  return stat !== "" && !/\) Z /.test(stat);
}

function readProc(pid: number, file: "stat" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
