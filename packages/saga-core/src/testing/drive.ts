import type { EmbeddedEngine } from "../engine/embedded-engine.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import type { SimulatedClock } from "./simulated-clock.ts";

const WAKES_MAX = 2_000;
const MICROTASKS_PER_TURN = 60;

/** Lets everything happen that needs no time to pass. */
export async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < MICROTASKS_PER_TURN; turn += 1) await Promise.resolve();
}

/** Moves the clock on until a saga is at rest, or nothing waits for the clock any more; gives the saga as it then is. */
export async function driveToRest(engine: EmbeddedEngine, clock: SimulatedClock, id: string): Promise<Saga | undefined> {
  for (let wakes = 0; wakes < WAKES_MAX; wakes += 1) {
    await settleMicrotasks();
    const saga = (await engine.get(id))?.saga;
    if (!saga || isAtRest(saga) || !clock.isWaiting) return saga;
    clock.advance();
  }
  throw new Error(`Saga ${id} is not at rest after ${WAKES_MAX} waits.`);
}
