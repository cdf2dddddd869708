import { done, step } from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";

export const SLOTS = 3;

/** What is to be done, in order: at most as many items as there are slots. */
export const slip = z.object({
  tracking_number: z.uuid(),
  items: z
    .array(z.object({ activity: z.enum(["download-image", "filter-image", "store-image"]), argument: z.string() }))
    .max(SLOTS),
});
type Slip = z.output<typeof slip>;

/** Executes the item of a place on the slip. Without an item it is done at once, and nobody is called. */
export const slot = <const Place extends 1 | 2 | 3>(place: Place, activities: HttpParticipant) => {
  const pathOf = ({ tracking_number, items }: Slip) => {
    const item = items[place - 1];
    return item && `${item.activity}/${tracking_number}-${place}`;
  };
  return step({
    kind: "compensatable",
    step: `slot-${place}`,
    words: {
      state: `EXECUTING_${place}`,
      done: `Executed${place}`,
      failed: `Faulted${place}`,
      undoing: `COMPENSATING_${place}`,
      undone: `Compensated${place}`,
    },
    participant: activities,
    run: async (data: Slip, attempt) => {
      const path = pathOf(data);
      const argument = data.items[place - 1]?.argument;
      return path === undefined ? done() : await activities.call({ method: "PUT", path, body: { argument } }, attempt);
    },
    rollback: async (data: Slip, attempt) => {
      const path = pathOf(data);
      return path === undefined ? done() : await activities.call({ method: "DELETE", path }, attempt);
    },
  });
};
