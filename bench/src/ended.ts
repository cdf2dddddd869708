import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { renewSums, SqliteJournal } from "saga-sqlite";
import { Child } from "./child.ts";
import { load } from "./load.ts";
import { median, round, table } from "./numbers.ts";
import { orders, type Participants } from "./participants.ts";

export interface EndedOptions {
  readonly participants: Participants;
  readonly directory: string;
  readonly ended: number;
  readonly repeats: number;
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

const CALLERS = 16;

/** Compares starts in a journal of many ended sagas with starts in an empty one, one right after the other. */
export async function measureBesideEnded({
  participants,
  directory,
  ended,
  repeats,
  ms,
  onProgress,
}: EndedOptions): Promise<string> {
  const paths = { empty: join(directory, "empty.sqlite"), full: join(directory, "full.sqlite") };
  onProgress(`writing a journal of ${ended} ended sagas`);
  await writeEnded(paths.full, participants, { ended, directory });
  const variables = { LOG_LEVEL: "error", ...participants.variables };
  const began = performance.now();
  const full = await Child.orchestrator({ ...variables, JOURNAL_PATH: paths.full });
  const startSeconds = (performance.now() - began) / 1_000;
  const empty = await Child.orchestrator({ ...variables, JOURNAL_PATH: paths.empty });
  const rates: Record<"empty" | "full", number[]> = { empty: [], full: [] };
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    onProgress(`beside ${ended} ended sagas, ${repeat} of ${repeats}`);
    for (const [name, child] of [
      ["empty", empty],
      ["full", full],
    ] as const) {
      await participants.reset();
      const { sagas, seconds } = await load(child.url, {
        callers: CALLERS,
        ms: repeat === 0 ? ms / 4 : ms,
        ...orders.succeeding,
      });
      if (repeat > 0) rates[name].push(sagas / seconds);
    }
  }
  const { memoryMb } = full.usage;
  await Promise.all([empty.stop(), full.stop()]);
  const [beside, alone] = [median(rates.full), median(rates.empty)];
  return table(
    ["ended sagas", "start s", "MB", "sagas/s", "in an empty journal", "ratio"],
    [[String(ended), round(startSeconds, 2), round(memoryMb), round(beside), round(alone), round(beside / alone, 2)]],
  );
}

/** Copies the records of a real saga under new ids, so that they have their real number and size. */
export async function writeEnded(
  path: string,
  participants: Participants,
  { ended, directory }: { readonly ended: number; readonly directory: string },
): Promise<void> {
  const samplePath = join(directory, "sample.sqlite");
  const sample = await Child.orchestrator({ ...participants.variables, JOURNAL_PATH: samplePath });
  await load(sample.url, { callers: 1, ms: 1, ...orders.succeeding });
  await sample.stop();
  new SqliteJournal(path).close();
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA synchronous = OFF;
    ATTACH '${samplePath}' AS sample;
    BEGIN;
    CREATE TEMP TABLE fresh AS
      WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${ended})
      SELECT printf('01900000-0000-7000-8000-%012x', n) AS id FROM n;
    INSERT INTO saga (id, definition, version, fingerprint, status, state, step, content, created_at, updated_at, seq)
      SELECT fresh.id, definition, version, fingerprint, status, state, step, content, created_at, updated_at, seq
      FROM fresh, (SELECT * FROM sample.saga LIMIT 1) ORDER BY fresh.id;
    INSERT INTO terms SELECT * FROM sample.terms;
    INSERT INTO record (saga_id, seq, event)
      SELECT fresh.id, seq, event FROM fresh, (SELECT * FROM sample.record WHERE saga_id = (SELECT id FROM sample.saga LIMIT 1))
      ORDER BY fresh.id, seq;
    COMMIT;
    DETACH sample;`);
  renewSums(database);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}
