import { z } from "zod";
import { sendFor } from "./states/state.ts";

/** Resets the mocks to their initial state, without faults, keys or effects. */
export async function resetMocks(mocks: readonly string[]): Promise<void> {
  for (const mock of mocks) await sendFor(z.unknown(), `${mock}/control/reset`, "POST");
}

export async function endFaults(mocks: readonly string[]): Promise<void> {
  for (const mock of mocks) await sendFor(z.unknown(), `${mock}/control/faults`, "DELETE");
}

const ledger = z.object({ items: z.array(z.object({ route: z.string(), key: z.string().nullable() })) });

/** Reports the keys that had more than one effect. */
export async function secondEffects(mocks: readonly string[]): Promise<readonly string[]> {
  const twice = new Set<string>();
  for (const mock of mocks) {
    const { items } = await sendFor(ledger, `${mock}/control/ledger`, "GET");
    const keys = items.flatMap(({ key }) => (key === null ? [] : [key]));
    for (const [index, key] of keys.entries()) if (keys.indexOf(key) !== index) twice.add(key);
  }
  return [...twice].map((key) => `the key ${key} had more than one effect`);
}
