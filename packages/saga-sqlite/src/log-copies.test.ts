import { DatabaseSync, StatementSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JournalFile } from "./journal-file.ts";
import { openJournal } from "./open-journal.ts";
import { JournalPlace } from "./testing/journal-place.ts";

const ignore = () => undefined;

let place: JournalPlace;
let notices: string[];
let file: JournalFile;

beforeEach(() => {
  place = new JournalPlace();
  notices = [];
  place.close(place.open());
  file = open((notice) => notices.push(notice));
});

afterEach(() => {
  vi.restoreAllMocks();
  file.close();
  place.clear();
});

function open(onNotice: (notice: string) => void): JournalFile {
  return openJournal(place.path, { onMigration: ignore, onDamage: ignore, onNotice, framesMax: 8 });
}

/** Makes the log more than four times as long as it should be, if it is not copied. */
function commitMany(): void {
  for (let commit = 1; commit <= 100; commit += 1) file.transact(ignore);
}

const reader = {
  hold: () => {
    const database = new DatabaseSync(place.path, { readOnly: true });
    database.exec("BEGIN; SELECT count(*) FROM saga");
    return () => database.close();
  },
  says: /^The log \S+-wal has \d\d+ pages and grows, .* \(another process that reads the journal holds it back\)$/,
};

function failing(part: string) {
  return () => {
    const get = StatementSync.prototype.get;
    const spy = vi.spyOn(StatementSync.prototype, "get").mockImplementation(function (this: StatementSync, ...values) {
      if (this.sourceSQL.includes(part)) throw Object.assign(new Error("disk I/O error"), { errcode: 778 });
      return get.apply(this, values);
    });
    return () => spy.mockRestore();
  };
}

const disk = { hold: failing("PASSIVE"), says: /has \d\d+ pages and grows, .* main file \(disk I\/O error\)$/ };
const deafDisk = { hold: failing("wal_checkpoint"), says: disk.says };

describe.for([
  ["a reader holds back", reader],
  ["a main file that cannot be written holds back", disk],
  ["a disk that does not even tell its length holds back", deafDisk],
] as const)("a log that %s", ([, { hold, says }]) => {
  it("is told once when it is too long, and once when it is copied again", () => {
    const release = hold();
    commitMany();
    commitMany();
    expect(notices).toEqual([expect.stringMatching(says)]);
    release();
    commitMany();
    expect(notices.slice(1)).toEqual([`The log ${place.path}-wal is copied into the main file again: it grows no more`]);
  });

  it("is not told while it is short", () => {
    const release = hold();
    for (let commit = 1; commit <= 16; commit += 1) file.transact(ignore);
    release();
    commitMany();
    expect(notices).toEqual([]);
  });

  it("makes no commit fail when its notice cannot be told", () => {
    file.close();
    file = open(() => {
      throw new Error("the log of the host is broken");
    });
    const release = hold();
    expect(commitMany).not.toThrow();
    release();
  });
});
