import { setTimeout } from "node:timers/promises";
import { StateError } from "./state.ts";

/** The timeout ends a wait that would never end, not one that is slow on a busy machine. */
const TIMEOUT_MS = 30_000;

/** The condition was not met in time. */
export class WaitTimeout extends StateError {}

/** Polls until a condition holds. @throws WaitTimeout if it does not hold in time. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + TIMEOUT_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new WaitTimeout(`waited ${TIMEOUT_MS / 1_000} s without success until ${what}`);
    await setTimeout(5);
  }
}
