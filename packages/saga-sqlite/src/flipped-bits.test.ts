import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "saga-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checkJournal } from "./check.ts";
import { SqliteJournal } from "./sqlite-journal.ts";
import { type Account, accountOf, appendToRunning, ids, running, startOf, writeSagas } from "./testing/small-journal.ts";

/** Every so many bytes a bit is flipped, another one each time. The script `faults` flips one in every byte, which takes minutes. */
// biome-ignore lint/style/noProcessEnv: the script `faults` sets it.
const STRIDE = Number(env["FLIP_STRIDE"] ?? 23);
/** In the index of records an entry is a few bytes, and each may hide the end of a saga. */
const INDEX_STRIDE = Math.min(STRIDE, 3);
/** In the header of the file: only who writes looks at it. A start is refused then, and the check, which only reads, finds nothing. */
const WRITE_VERSION = 18;
/** Small pages make a small file, whose trees have inner pages too. */
const PAGE_BYTES = 512;

vi.mock("./owner-lock.ts", () => ({
  // Its file is another one, whose commits would take most of the time.
  OwnerLock: class {
    lastAccept = undefined;
    release = () => undefined;
    noteAccept = () => undefined;
  },
}));

const begun = startOf("saga-0006");
const watched = [...ids, begun.saga.id];

let directory: string;
let sound: Buffer;
let mark: Buffer;
let before: Account;
/** Where the index of records begins. */
let index: number;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "flipped-bits-"));
  const path = join(directory, "sound.sqlite");
  const crashed = join(directory, "crashed.sqlite");
  const written = new SqliteJournal(path);
  await writeSagas(written);
  written.close();
  change(path, `PRAGMA journal_mode = DELETE; PRAGMA page_size = ${PAGE_BYTES}; VACUUM; PRAGMA journal_mode = WAL`);
  // The rows of running sagas are behind their records, as after a crash.
  const running = new SqliteJournal(path);
  await appendToRunning(running);
  // It has no row yet.
  await running.begin(begun);
  for (const part of ["", "-wal", "-mark"]) copyFileSync(path + part, crashed + part);
  before = await accountOf(running);
  running.close();
  index = PAGE_BYTES * (rootOf(crashed, "record_of_saga") - 1);
  sound = readFileSync(crashed);
  mark = readFileSync(`${crashed}-mark`);
});

afterAll(() => rmSync(directory, { recursive: true }));

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** The page at which a table or an index begins. Closing the file moves its write-ahead log into it. */
function rootOf(path: string, name: string): number {
  const database = new DatabaseSync(path);
  const row = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name);
  database.close();
  return Number(row?.["rootpage"]);
}

function bytes(from: number, to: number, stride: number): readonly number[] {
  return Array.from({ length: Math.ceil((to - from) / stride) }, (_, place) => from + place * stride);
}

/** Writes the journal with one bit flipped. */
function writeFlipped(byte: number): string {
  const path = join(directory, "flipped.sqlite");
  const flipped = Buffer.from(sound);
  flipped.writeUInt8(flipped.readUInt8(byte) ^ (1 << (byte % 8)), byte);
  for (const part of ["-wal", "-shm"]) rmSync(path + part, { force: true });
  writeFileSync(path, flipped);
  writeFileSync(`${path}-mark`, mark);
  return path;
}

function problemsOf(path: string): readonly string[] {
  try {
    return checkJournal(path).problems;
  } catch (error) {
    if (error instanceof JournalError) return [error.message];
    throw error;
  }
}

/** Opens a journal; undefined if it is refused with a sentence. */
function openOrRefuse(path: string, damages: string[]): SqliteJournal | undefined {
  try {
    return new SqliteJournal(path, { onDamage: (damage) => damages.push(damage) });
  } catch (error) {
    if (error instanceof JournalError) return undefined;
    throw error;
  }
}

const isUnreadable = ({ sagas }: Account, id: string | undefined) => id !== undefined && sagas[id] === "unreadable";

/** What is wrong with a journal that was opened after a bit was flipped. */
function wrongsOf(after: Account): readonly string[] {
  // A start whose id is damaged is found under that one.
  const isRenamed = (id: string) => id === begun.saga.id && Object.keys(after.sagas).some((other) => !watched.includes(other));
  const changed = watched.filter((id) => after.sagas[id] !== before.sagas[id] && !isUnreadable(after, id) && !isRenamed(id));
  const lost = ids.filter((id) => after.keys[id] !== id && !isUnreadable(after, after.keys[id]));
  const isGone = (of: "waiting" | "late" | "atWait" | "forward", id: string) =>
    !after[of].includes(id) && !isUnreadable(after, id);
  return [
    ...before.waiting.filter((id) => isGone("waiting", id)).map((id) => `${id} waits, and is not listed so`),
    ...before.late.filter((id) => isGone("late", id)).map((id) => `${id} has a late signal, and is not listed so`),
    ...before.atWait.filter((id) => isGone("atWait", id)).map((id) => `${id} is at its wait, and is not listed so`),
    ...before.forward
      .filter((id) => isGone("forward", id) && !isRenamed(id))
      .map((id) => `${id} goes forward, and is not listed so`),
    ...changed.map((id) => `${id} is read otherwise`),
    ...lost.map((id) => `the key of ${id} finds another saga or none`),
    ...ids.filter((id) => after.correlations[id] !== id).map((id) => `the correlation of ${id} finds another saga or none`),
    ...(after.pauses.length < before.pauses.length ? ["a pause is gone"] : []),
    ...(after.fingerprints.some((fingerprint) => fingerprint !== "f1") ? ["a saga refuses the start"] : []),
  ];
}

/** The sagas that are unreadable and that no list shows so, once the whole journal is verified. */
async function hiddenIn(journal: SqliteJournal, account: Account): Promise<readonly string[]> {
  for (let steps = 0; journal.verify(); steps += 1) if (steps > 100) throw new Error("The verification never ends.");
  const listed = new Set(await journal.list({ status: "needs_intervention", limit: 99 }));
  // The engine finds out about a running one when it resumes it.
  return Object.keys(account.sagas).filter((id) => isUnreadable(account, id) && !running.has(id) && !listed.has(id));
}

/** What an index hid is there again after the next start, or listed as unreadable. */
async function hiddenAfterRestart(path: string): Promise<readonly string[]> {
  const journal = new SqliteJournal(path);
  try {
    return await hiddenIn(journal, await accountOf(journal));
  } finally {
    journal.close();
  }
}

async function wrongsAfterFlip(byte: number): Promise<readonly string[]> {
  const path = writeFlipped(byte);
  const problems = problemsOf(path);
  const damages: string[] = [];
  const journal = openOrRefuse(path, damages);
  if (!journal) return problems.length === 0 ? ["the check finds nothing in a file that is refused"] : [];
  const after = await accountOf(journal);
  const hidden = await hiddenIn(journal, after).finally(() => journal.close());
  const stillHidden = hidden.length === 0 ? [] : await hiddenAfterRestart(path);
  const isHarmed = damages.length > 0 || JSON.stringify(after) !== JSON.stringify(before);
  return [
    ...wrongsOf(after),
    ...stillHidden.map((id) => `${id} is unreadable and not listed so`),
    ...(isHarmed && problems.length === 0 ? ["the check finds nothing"] : []),
  ];
}

describe("a journal in which a bit was flipped", () => {
  it("is refused, or harms the saga of that bit only, keeps its keys and pauses, and the check finds it", async () => {
    const wrongs: string[] = [];
    for (const byte of [...bytes(0, sound.length, STRIDE), ...bytes(index, index + PAGE_BYTES, INDEX_STRIDE)]) {
      if (byte === WRITE_VERSION) continue;
      const found = await wrongsAfterFlip(byte);
      wrongs.push(...found.map((wrong) => `byte ${byte}: ${wrong}`));
    }
    expect(wrongs).toEqual([]);
  });
});
