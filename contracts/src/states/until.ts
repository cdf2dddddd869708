import { setTimeout } from "node:timers/promises";
import { StateError } from "./state.ts";

/** For what hangs, not for what is slow on a busy machine. */
const PATIENCE_MS = 30_000;

/** Looks again and again until something holds. @throws StateError when it does not in time. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new StateError(`waited ${PATIENCE_MS / 1_000} s in vain until ${what}`);
    await setTimeout(5);
  }
}
