import type { EmbeddedEngine } from "../engine/embedded-engine.ts";
import type { Saga } from "../transition/saga.ts";
import type { SimulatedClock } from "./simulated-clock.ts";

const WAKES_MAX = 2_000;
const MICROTASKS_PER_TURN = 60;

/** Lets everything happen that needs no time to pass. */
export async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < MICROTASKS_PER_TURN; turn += 1) await Promise.resolve();
}

/** Moves the clock on until nothing waits for it any more; gives the saga as the engine last left it, durable or not. */
export async function driveToRest(engine: EmbeddedEngine, clock: SimulatedClock, id: string): Promise<Saga | undefined> {
  let latest: Saga | undefined;
  let isQuiet = false;
  const unsubscribe = engine.subscribe(({ saga }) => {
    isQuiet = false;
    if (saga.id === id) latest = saga;
  });
  for (let wakes = 0; wakes < WAKES_MAX; wakes += 1) {
    // A saga that makes several calls at one instant takes more than one turn, and waits for no clock between them.
    do {
      isQuiet = true;
      await settleMicrotasks();
    } while (!isQuiet);
    if (!clock.isWaiting) {
      unsubscribe();
      // An engine reports no end that is not durable yet.
      return (
        latest ?? (await Promise.race([engine.get(id).then((found) => found?.saga), settleMicrotasks().then(() => undefined)]))
      );
    }
    clock.advance();
  }
  throw new Error(`Saga ${id} is not at rest after ${WAKES_MAX} waits.`);
}
