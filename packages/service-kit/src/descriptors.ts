import { closeSync, openSync } from "node:fs";
import process from "node:process";

/** What is taken for the number of free descriptors where this process may open no file to count them. */
const ASSUMED_FREE = 1_000;

/**
 * Counts the descriptors that this process can still open, up to `max`, by opening them. Deno has no call that tells the limit, and lets a
 * process with few permissions read nothing under /proc. It takes about 10 ms per thousand, so it belongs to the start of a process.
 *
 * @returns `max` if there are at least so many; and at most 1,000 where no file may be read.
 */
export function countFreeDescriptors(max: number): number {
  const path = process.platform === "win32" ? import.meta.filename : "/dev/null";
  const opened: number[] = [];
  try {
    while (opened.length < max) opened.push(openSync(path, "r"));
  } catch (error) {
    if (!isOutOfDescriptors(error)) return Math.min(max, ASSUMED_FREE);
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
  return opened.length;
}

function isOutOfDescriptors(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");
}
