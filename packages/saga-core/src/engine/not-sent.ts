import { type Journal, JournalError } from "../ports/journal.ts";
import type { Call, GivenId } from "../transition/command.ts";
import type { Saga } from "../transition/saga.ts";

/** Why a call is not made: the id of the saga that holds its id now, or a reason for people, with which it is `unavailable`. */
export type NotSent = { readonly holder: string } | { readonly reason: string };

/** Whether it is too late for the call's key at the instant `now` (milliseconds since the epoch); undefined if it is not. */
export function tooLate({ before }: Call, now: number): NotSent | undefined {
  return before !== undefined && now >= before ? { reason: "it would have come too late for its key" } : undefined;
}

/**
 * Looks whether another saga was given the id for which a rollback is to be repeated (rule 6); undefined if none was: then the call may be
 * made.
 */
export async function lookForHolder(
  journal: Pick<Journal, "holderOf">,
  { id: except, createdAt: since }: Saga,
  given: GivenId,
): Promise<NotSent | undefined> {
  try {
    const holder = await journal.holderOf({ ...given, since, except });
    return holder === undefined ? undefined : { holder };
  } catch (error) {
    if (error instanceof JournalError) return { reason: `its id may have been given out again (${error.message})` };
    throw error;
  }
}
