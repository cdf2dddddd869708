import { setTimeout } from "node:timers/promises";
import { ServiceError } from "./service-process.ts";

const TRIES = 10;
const WAIT_MS = 500;

/**
 * Starts a process on the port that it had. Meanwhile the system may have lent that port to a connection of somebody, who soon gives it back.
 *
 * @throws ServiceError of the last try.
 */
export async function startAgain<Started>(start: () => Promise<Started>, waitMs: number = WAIT_MS): Promise<Started> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof ServiceError) || tries === TRIES) throw error;
      await setTimeout(waitMs);
    }
  }
}
