import { type Signal, signal } from "@preact/signals";
import { readSaga } from "saga-console/app/api/client.ts";
import { kept } from "saga-console/app/parts/kept.ts";
import { actOn, placeOrders, setFault } from "./lab-client.ts";

export const lessonNames = ["all-goes-well", "compensation", "unknown-outcome", "crash", "sick-customer"] as const;
export type LessonName = (typeof lessonNames)[number];

/** The exercise of docs/lab.md that a lesson is about. */
export const exerciseOf: Readonly<Record<LessonName, number>> = {
  "all-goes-well": 2,
  compensation: 3,
  "unknown-outcome": 5,
  crash: 4,
  "sick-customer": 6,
};

/** Long enough to see the doubt before it is settled. */
const LOST_ANSWERS = 5;
const SICK_ORDERS = 10;
const LOOKS_MAX = 200;
const LOOK_MS = 50;

/** Does what a lesson says, and gives the saga to look at. */
export async function perform(lesson: LessonName): Promise<string | undefined> {
  switch (lesson) {
    case "all-goes-well":
      await setFault({ kind: "none", share: 100 });
      return await placeOne();
    case "compensation":
      await setFault({ kind: "payments-down", share: 100 });
      return await placeOne();
    case "unknown-outcome":
      await setFault({ kind: "answer-lost", share: 100, times: LOST_ANSWERS });
      return await placeOne();
    case "crash": {
      await setFault({ kind: "slow-stock", share: 100, times: 1 });
      const id = await placeOne();
      if (id !== undefined) await untilTakingStock(id);
      await actOn("orchestrator", "kill");
      return id;
    }
    case "sick-customer": {
      await setFault({ kind: "rate-limit", share: 100 });
      const orders = await placeOrders(SICK_ORDERS);
      // The first order is one of the customer who is limited.
      return orders[0]?.saga_id ?? undefined;
    }
  }
}

async function placeOne(): Promise<string | undefined> {
  return (await placeOrders(1))[0]?.saga_id ?? undefined;
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
