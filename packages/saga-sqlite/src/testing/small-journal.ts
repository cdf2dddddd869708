import { defaultPolicy, type Saga } from "saga-core";
import type { JournalRecord } from "saga-core/engine";
import { sampleRecord } from "saga-core/testing";
import type { SqliteJournal } from "../sqlite-journal.ts";

const needingAHuman: Saga["phase"] = {
  name: "needs-intervention",
  step: "step",
  action: "run",
  reason: "refused",
  during: { name: "forward" },
};

/** The sagas of a small journal: they run, have ended, or need a human. */
const PHASES: Readonly<Record<string, Saga["phase"]>> = {
  "saga-0001": { name: "forward" },
  "saga-0002": { name: "completed" },
  "saga-0003": needingAHuman,
  "saga-0004": { name: "forward" },
  "saga-0005": { name: "completed" },
};

export const ids = Object.keys(PHASES);
export const running: ReadonlySet<string> = new Set(ids.filter((id) => PHASES[id]?.name === "forward"));

/** Writes the sagas, each with three records and a key, and a pause. */
export async function writeSagas(journal: SqliteJournal): Promise<void> {
  for (const [id, phase] of Object.entries(PHASES)) {
    const [first, ...further] = recordsOfSaga(id, phase);
    await journal.begin(first);
    for (const record of further) journal.append(record);
  }
  await journal.durable();
  await journal.pause({ definition: "order", at: 5, by: "ada", note: "stocktaking" });
}

/** Appends another record to each saga that runs. */
export async function appendToRunning(journal: SqliteJournal): Promise<void> {
  for (const id of running) journal.append(sampleRecord(id, 4, sagaOf(id)));
  await journal.durable();
}

function sagaOf(id: string): Partial<Saga> {
  const origin = { definition: "order", fingerprint: "f1", createdAt: 1, idempotencyKey: `anonymous:${id}` };
  return { ...origin, input: { user: `user of ${id}` }, updatedAt: 3 };
}

function recordsOfSaga(id: string, phase: Saga["phase"]): readonly [JournalRecord, ...JournalRecord[]] {
  const saga = sagaOf(id);
  const start = {
    type: "started",
    at: 1,
    id,
    definition: "order",
    version: 1,
    policy: defaultPolicy,
    fingerprint: "f1",
  } as const;
  const given = { input: { user: `user of ${id}` }, terms: [], idempotencyKey: `anonymous:${id}` };
  const result = { order_id: 4711 };
  const outcome = { outcome: "done", result } as const;
  const answered = { type: "answered", at: 2, step: "step", action: "run", attempt: 1, random: 0.5, outcome } as const;
  return [
    { ...sampleRecord(id, 1, saga), event: { ...start, ...given } },
    { ...sampleRecord(id, 2, { ...saga, data: result }), event: answered },
    sampleRecord(id, 3, { ...saga, data: result, phase }),
  ];
}

/** What a journal gives. */
export interface Account {
  /** The records of each saga as a text. */
  readonly sagas: Readonly<Record<string, string>>;
  /** The saga that each saga's key finds. */
  readonly keys: Readonly<Record<string, string | undefined>>;
  readonly pauses: readonly string[];
  readonly open: readonly string[];
  readonly fingerprints: readonly string[];
}

/** Reads all that a journal gives. */
export async function accountOf(journal: SqliteJournal): Promise<Account> {
  const sagas: Record<string, string> = {};
  const keys: Record<string, string | undefined> = {};
  const all = new Set([...ids, ...(await journal.list({ limit: 99 }))]);
  for (const id of all) {
    const records = await journal.load(id, { after: 0, limit: 99 });
    // The reader of a saga notices a text, and a number that does not follow.
    const isSound = records.every(({ seq, event }, index) => typeof event === "object" && seq === index + 1);
    sagas[id] = isSound ? JSON.stringify(records) : "unreadable";
  }
  for (const id of ids) keys[id] = await journal.idOfKey(`anonymous:${id}`);
  const pages = [
    await journal.open({ status: "running", limit: 99 }),
    await journal.open({ status: "needs_intervention", limit: 99 }),
  ];
  await journal.holderOf({ member: "order_id", value: 4711, since: 0, except: "saga-0001" });
  await journal.list({ text: "user of", limit: 99 });
  const pauses = (await journal.pauses()).map((pause) => (pause.damaged ? "damaged" : JSON.stringify(pause)));
  const fingerprints = (await journal.openVersions()).map(({ fingerprint }) => fingerprint);
  return { sagas, keys, pauses, open: pages.flat(), fingerprints };
}
