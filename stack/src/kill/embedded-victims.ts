import { DatabaseSync } from "node:sqlite";
import { Stack, type StackOptions } from "../stack.ts";
import type { Victims } from "./victims.ts";

/** The embedded engine: the orchestrator is all there is to kill. */
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

/** Ends the orchestrator as a crash does, and starts it again as any supervisor would. */
export async function killOrchestrator(stack: Stack): Promise<void> {
  await stack.orchestrator.stop("SIGKILL");
  await stack.restartOrchestrator();
}
