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

/** One of them waits for a signal, and one that has ended got a late one. */
const WAITS: Readonly<Record<string, Partial<Saga>>> = {
  "saga-0004": { steps: [{ step: "pay", status: "waiting", attempts: 0, calling: false }] },
  "saga-0005": { lateSignals: [{ step: "pay", at: 2, because: "ended", outcome: { outcome: "done", result: {} } }] },
};

export const ids = Object.keys(PHASES);
export const running: ReadonlySet<string> = new Set(ids.filter((id) => PHASES[id]?.name === "forward"));

/** Writes the sagas, each with three records, a key and a correlation, and a pause. */
export async function writeSagas(journal: SqliteJournal): Promise<void> {
  for (const [id, phase] of Object.entries(PHASES)) {
    const [first, ...further] = recordsOfSaga(id, phase);
    await journal.begin({ ...first, claims: [{ type: "claim", step: "pay", correlation: `invoice of ${id}` }] });
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

/** A saga that begins without a key. */
export function startOf(id: string): JournalRecord {
  const { saga, event, ...record } = recordsOfSaga(id, { name: "forward" })[0];
  const { idempotencyKey: _, ...keyless } = saga;
  return event.type === "started" ? { ...record, saga: keyless, event: withoutKey(event) } : { ...record, saga: keyless, event };
}

function withoutKey({ idempotencyKey: _, ...event }: Extract<JournalRecord["event"], { readonly type: "started" }>) {
  return event;
}

function sagaOf(id: string): Partial<Saga> {
  const origin = { definition: "order", fingerprint: "f1", createdAt: 1, idempotencyKey: `anonymous:${id}` };
  return { ...origin, ...WAITS[id], input: { user: `user of ${id}` }, updatedAt: 3 };
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
  /** The saga that each saga's correlation finds. */
  readonly correlations: Readonly<Record<string, string | undefined>>;
  /** The sagas that wait, and those with late signals. */
  readonly waiting: readonly string[];
  readonly late: readonly string[];
  /** The sagas that are at something, and those that just go forward. */
  readonly atWait: readonly string[];
  readonly forward: readonly string[];
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
  const correlations: Record<string, string | undefined> = {};
  for (const id of ids) {
    const query = { definition: "order", step: "pay", correlation: `invoice of ${id}` };
    correlations[id] = await journal.holderOfCorrelation(query);
  }
  const waiting = await journal.list({ waitingFor: "pay", limit: 9 });
  const late = await journal.list({ lateSignals: true, limit: 9 });
  const atWait = await journal.list({ phase: "waiting", limit: 9 });
  const forward = await journal.list({ phase: "forward", order: "oldest", limit: 9 });
  const pages = [
    await journal.open({ status: "running", limit: 99 }),
    await journal.open({ status: "needs_intervention", limit: 99 }),
  ];
  await journal.holderOf({ member: "order_id", value: 4711, since: 0, except: "saga-0001" });
  await journal.list({ text: "user of", limit: 99 });
  const pauses = (await journal.pauses()).map((pause) => (pause.damaged ? "damaged" : JSON.stringify(pause)));
  const fingerprints = (await journal.openVersions()).map(({ fingerprint }) => fingerprint);
  return { sagas, keys, correlations, waiting, late, atWait, forward, pauses, open: pages.flat(), fingerprints };
}
