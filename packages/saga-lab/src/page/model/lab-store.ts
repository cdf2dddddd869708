import { type Signal, signal } from "@preact/signals";
import type { LabState } from "../../api/index.ts";
import { readLab } from "./lab-client.ts";

const AGAIN_MS = 600;

/** What the lab last said; undefined until it did. */
export const lab: Signal<LabState | undefined> = signal(undefined);

/** Whether the last question was answered. */
export const isReached: Signal<boolean> = signal(true);

/** Asks again and again: the books of both are read from four services, which tell nobody of their changes. */
export function followLab(): void {
  refreshLab()
    .then(() => setTimeout(followLab, AGAIN_MS))
    .catch(() => undefined);
}

export async function refreshLab(): Promise<void> {
  try {
    lab.value = await readLab();
    isReached.value = true;
  } catch {
    isReached.value = false;
  }
}
