import { DatabaseSync } from "node:sqlite";
import { Stack, type StackOptions } from "../stack.ts";
import type { Victims } from "./victims.ts";

/** With the embedded engine, the orchestrator is the only victim. */
export async function embeddedVictims(options: StackOptions): Promise<Victims> {
  const stack = await Stack.start(options);
  return {
    stack,
    kill: () => killOrchestrator(stack),
    troubled: async () => {
      const database = new DatabaseSync(stack.journalPath, { readOnly: true });
      try {
        const rows = database.prepare(`
          SELECT DISTINCT saga_id AS id FROM record
          WHERE json_extract(event, '$.type') = 'resumed'
            OR json_extract(event, '$.outcome.outcome') IN ('unknown', 'unavailable')`);
        return new Set(rows.all().map(({ id }) => String(id)));
      } finally {
        database.close();
      }
    },
    stop: () => stack.stop(),
  };
}

/** Kills the orchestrator, and restarts it as a supervisor would. */
export async function killOrchestrator(stack: Stack): Promise<void> {
  await stack.orchestrator.stop("SIGKILL");
  await stack.restartOrchestrator();
}
