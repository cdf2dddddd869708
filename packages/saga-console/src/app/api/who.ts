import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { ApiError, readSession, signOut } from "./client.ts";
import type { Session } from "./replies.ts";

/** Who looks; undefined until that is known. */
export const session: Signal<Session | undefined> = signal(undefined);

/** Whether the page may offer what changes something. */
export const mayOperate: ReadonlySignal<boolean> = computed(() => session.value?.may_operate === true);

/** Learns who looks. Where nobody answers, the views say so themselves. */
export async function learnWho(): Promise<void> {
  session.value = await readSession();
}

/** Ends the session, here and at the orchestrator. */
export async function leave(): Promise<void> {
  await signOut();
  await learnWho();
}

/** A reply 401 means that the session is over: the page asks for the token again. */
export function noteRefusal(error: unknown): void {
  const current = session.peek();
  if (error instanceof ApiError && error.status === 401 && current?.needs_token) {
    session.value = { ...current, signed_in: false, may_read: false, may_operate: false };
  }
}
