import { type Signal, signal } from "@preact/signals";
import { readSaga } from "saga-console/app/api/client.ts";
import { kept } from "saga-console/app/parts/kept.ts";
import { actOn, clearOrders, placeOrders, setFault } from "./lab-client.ts";
import { type LessonName, lessonNames } from "./lesson-names.ts";

/** Long enough to see the doubt before it is settled. */
const LOST_ANSWERS = 5;
const SICK_ORDERS = 10;
const LOOKS_MAX = 200;
const LOOK_MS = 50;

/** Does what a lesson says, with ledgers that have nothing else, and tells the saga to look at as soon as there is one. */
export async function perform(lesson: LessonName, onPlaced: (id: string) => void): Promise<void> {
  await clearOrders();
  switch (lesson) {
    case "all-goes-well":
      onPlaced(await place(1));
      return;
    case "compensation":
      await setFault({ kind: "payments-down", share: 100 });
      onPlaced(await place(1));
      return;
    case "unknown-outcome":
      await setFault({ kind: "answer-lost", share: 100, times: LOST_ANSWERS });
      onPlaced(await place(1));
      return;
    case "crash": {
      await setFault({ kind: "slow-stock", share: 100, times: 1 });
      const id = await place(1);
      onPlaced(id);
      await untilTakingStock(id);
      await actOn("orchestrator", "kill");
      return;
    }
    case "sick-customer":
      await setFault({ kind: "rate-limit", share: 100 });
      // The first order is one of the customer who is limited.
      onPlaced(await place(SICK_ORDERS));
      return;
  }
}

/** Gives the saga of the first one. */
async function place(count: number): Promise<string> {
  const [first] = await placeOrders(count);
  if (typeof first?.saga_id !== "string") throw new Error("the order was not accepted");
  return first.saga_id;
}

/** Before that the kill would hit nothing that is in doubt. */
async function untilTakingStock(id: string): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if ((await readSaga(id)).state === "DECREASING_STOCK") return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const DONE = "lessons-done";

/** The lessons whose answer was read, as this browser remembers. */
export const done: Signal<ReadonlySet<LessonName>> = signal(
  new Set(lessonNames.filter((name) => kept.get(DONE)?.split(",").includes(name))),
);

export function markDone(lesson: LessonName): void {
  done.value = new Set([...done.value, lesson]);
  kept.set(DONE, [...done.value].join(","));
}
