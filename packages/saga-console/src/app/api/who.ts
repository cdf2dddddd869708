import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { ApiError, readSession, signOut } from "./client.ts";
import type { Session } from "./replies.ts";

/** Who looks; undefined until that is known. */
export const session: Signal<Session | undefined> = signal(undefined);

/** Whether the page may offer what changes something. */
export const mayOperate: ReadonlySignal<boolean> = computed(() => session.value?.may_operate === true);

/** Whether a session ended under the eyes of a person. What he wrote stays until he has signed in again. */
export const hasEnded: Signal<boolean> = signal(false);

/** Who looks from now on. */
export function noteWho(who: Session): void {
  batch(() => {
    session.value = who;
    hasEnded.value = false;
  });
}

/** Learns who looks. Where nobody answers, the views say so themselves. */
export async function learnWho(): Promise<void> {
  noteWho(await readSession());
}

/** Ends the session, here and at the orchestrator. */
export async function leave(): Promise<void> {
  await signOut();
  await learnWho();
}

/** A reply 401 means that the session is over: the page asks for the token again. */
export function noteRefusal(error: unknown): void {
  const current = session.peek();
  if (error instanceof ApiError && error.status === 401 && current?.needs_token && current.signed_in) {
    batch(() => {
      // What he may do stays as it was: it decides what is drawn, and a form that is drawn no more forgets what was written.
      session.value = { ...current, signed_in: false };
      hasEnded.value = true;
    });
  }
}
