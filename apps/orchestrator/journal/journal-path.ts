import { readEnvironment } from "service-kit";
import { z } from "zod";
import { environmentSchema } from "../src/config.ts";

/** Reads where the orchestrator's journal is. */
export function readJournalPath(environment: Readonly<Record<string, string | undefined>>): string {
  const { JOURNAL_PATH } = environmentSchema.shape;
  return readEnvironment(z.object({ JOURNAL_PATH }), environment).JOURNAL_PATH;
}
