import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * The chain of package managers and wrappers that started this process: npx, pnpm, a shell, Deno's wrapper. Each dies of a SIGTERM
 * without passing it on, so all of them are watched. Where there is no /proc, only the parent is.
 */
function launchersOf(pid: number): readonly number[] {
  const parent = parentOf(pid);
  return parent !== undefined && isLauncher(parent) ? [parent, ...launchersOf(parent)] : [];
}

/** Whether each of them still runs; to be asked again and again. */
export function watchLaunchers(): () => boolean {
  const parent = process.ppid;
  const launchers = launchersOf(process.pid);
  return () => process.ppid === parent && launchers.every(isAlive);
}

function parentOf(pid: number): number | undefined {
  // The command's name, in parentheses, may hold spaces: what follows it is the state, and then the parent.
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
