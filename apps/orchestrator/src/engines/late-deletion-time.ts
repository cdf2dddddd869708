import { getLogger } from "@logtape/logtape";
import type { DeletionClock, RecordedTimes } from "saga-clock";
import type { Config } from "../config.ts";
import { deletionClockOf } from "./delete-old.ts";

const DAY_MS = 86_400_000;

/** The clock for deletions where the recorded times are read after the start: until they are, nothing is deleted. */
export class LateDeletionTime {
  #clock: DeletionClock | undefined;

  now(): number | undefined {
    return this.#clock?.now();
  }

  /** Reads the recorded times next to an instant. Where that fails, nothing is deleted before the next start, and the log says so. */
  learn(config: Config, recordedTimes: (instant: number) => Promise<RecordedTimes>): void {
    recordedTimes(Date.now() - DAY_MS)
      .then((times) => {
        this.#clock = deletionClockOf(config, () => times);
        // The first look finds out whether it is in doubt.
        this.#clock.now();
      })
      .catch((error: unknown) => {
        const message = "No key is deleted before the next start, because the recorded times could not be read: {error}";
        getLogger(["orchestrator"]).warn(message, { error });
      });
  }
}
