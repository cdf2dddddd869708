import { readFileSync } from "node:fs";

/** Processor time that a process has used since its start, and its memory now. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly memoryMb: number;
}

/** The unit in which Linux counts processor time (USER_HZ). */
const TICKS_PER_SECOND = 100;

export function usageOf(pid: number | undefined): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const ticks = Number(stat[11]) + Number(stat[12]);
  const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpuSeconds: ticks / TICKS_PER_SECOND, memoryMb: Number(memory) / 1_024 };
}

export function sumOf(all: readonly Usage[]): Usage {
  const of = (figure: keyof Usage) => all.reduce((sum, usage) => sum + usage[figure], 0);
  return { cpuSeconds: of("cpuSeconds"), memoryMb: of("memoryMb") };
}
