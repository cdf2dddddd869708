import { setTimeout } from "node:timers/promises";
import { ServiceError } from "./service-process.ts";

const TRIES = 10;
const WAIT_MS = 500;

export interface StartAgainOptions {
  /** Ends the tries early. Default: never. */
  readonly isStopping?: () => boolean;
  /** Default: half a second. */
  readonly waitMs?: number;
}

/**
 * Starts a process on the port that it had. Meanwhile the system may have lent that port to a connection of somebody, who soon gives it back: then,
 * and only then, it is tried again.
 *
 * @throws what the last try threw.
 */
export async function startAgain<Started>(
  start: () => Promise<Started>,
  { isStopping = () => false, waitMs = WAIT_MS }: StartAgainOptions = {},
): Promise<Started> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (!isPortInUse(error) || tries === TRIES || isStopping()) throw error;
      await setTimeout(waitMs);
      if (isStopping()) throw error;
    }
  }
}

/** By the output of the process: it is all that is left of it. */
function isPortInUse(error: unknown): boolean {
  return error instanceof ServiceError && /^Port \d+ of \S+ is in use|\bAddrInUse\b|\bEADDRINUSE\b/m.test(error.message);
}
