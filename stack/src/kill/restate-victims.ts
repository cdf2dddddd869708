import { RestateNode } from "test-kit/restate";
import { z } from "zod";
import { Stack, type StackOptions } from "../stack.ts";
import type { Dice } from "./dice.ts";
import { killOrchestrator } from "./embedded-victims.ts";
import type { Victims } from "./victims.ts";

const rows = z.object({ rows: z.array(z.object({ service_key: z.string() })) });

/** With the engine on Restate, the victim is the orchestrator or Restate. */
export async function restateVictims(options: StackOptions, dice: Dice): Promise<Victims> {
  const node = await RestateNode.start();
  try {
    const stack = await Stack.start({ ...options, restate: node });
    return {
      stack,
      kill: async () => {
        if (dice.one(true, true, false)) return await killOrchestrator(stack);
        await node.kill();
        await node.restart();
      },
      troubled: () => troubledOn(node),
      stop: async () => {
        await stack.stop();
        await node.stop();
      },
    };
  } catch (error) {
    await node.stop();
    throw error;
  }
}

async function troubledOn({ adminUrl }: RestateNode): Promise<ReadonlySet<string>> {
  const unclear = ["unknown", "unavailable"].map((outcome) => `strpos(value_utf8, '"outcome":"${outcome}"') > 0`).join(" OR ");
  const response = await fetch(`${adminUrl}/query`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: `SELECT service_key FROM state WHERE key = 'saga' AND (${unclear})` }),
  });
  return new Set(rows.parse(await response.json()).rows.map(({ service_key }) => service_key));
}
