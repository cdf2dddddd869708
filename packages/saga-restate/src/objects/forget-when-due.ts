import type { GenericSend, ObjectContext } from "@restatedev/restate-sdk";
import { z } from "zod";
import { keepOnMs } from "./keep-on.ts";

/** How often it was kept on. */
const KEPT_ON = "kept-on";

/** When what an object keeps of a saga is deleted. */
export interface Retention {
  /** How long it is kept after the end of its saga, in milliseconds. */
  readonly keptMs: number;
  /** The present time in milliseconds since the epoch; undefined while the clock of this process may be wrong. */
  readonly now: () => number | undefined;
}

/**
 * Deletes all that an object keeps, if its time is over; otherwise sends itself the same message once more.
 *
 * @param startedAt when its saga started, in milliseconds since the epoch; undefined where that is not known.
 */
export async function forgetWhenDue(
  context: ObjectContext,
  { keptMs, now }: Retention,
  startedAt: number | undefined,
  message: GenericSend<unknown>,
): Promise<void> {
  const times = z.number().safeParse(await context.get<unknown>(KEPT_ON)).data ?? 0;
  const delay = await context.run("look at the clock", () => keepOnMs({ startedAt, keptMs, now: now(), times }));
  if (delay === 0) {
    context.clearAll();
    return;
  }
  context.set(KEPT_ON, times + 1);
  context.genericSend({ ...message, delay });
}
