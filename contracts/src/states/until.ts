import { setTimeout } from "node:timers/promises";
import { StateError } from "./state.ts";

/** For what hangs, not for what is slow on a busy machine. */
const PATIENCE_MS = 30_000;

/** What was waited for did not come. */
export class WaitedInVain extends StateError {}

/** Looks again and again until something holds. @throws WaitedInVain when it does not in time. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new WaitedInVain(`waited ${PATIENCE_MS / 1_000} s in vain until ${what}`);
    await setTimeout(5);
  }
}
