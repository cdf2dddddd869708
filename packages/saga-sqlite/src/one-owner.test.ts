import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tryLockFile } from "./file-lock.ts";
import type { JournalFile } from "./journal-file.ts";
import { openJournal } from "./open-journal.ts";
import { addOwner } from "./owner.ts";
import { formatProgress } from "./progress.ts";
import { sumOf } from "./sums.ts";
import { JournalPlace } from "./testing/journal-place.ts";
import { startOf } from "./testing/small-journal.ts";

let place: JournalPlace;
let files: JournalFile[];

beforeEach(() => {
  place = new JournalPlace();
  files = [];
});

afterEach(() => {
  for (const file of files) file.close();
  place.clear();
});

/** Opens a journal as on a platform that cannot lock a file. */
function openWithoutFileLock(): JournalFile {
  const ignore = () => undefined;
  const file = openJournal(place.path, { onMigration: ignore, onDamage: ignore, onNotice: ignore, tryLock: () => undefined });
  files.push(file);
  return file;
}

describe("a journal with several names", () => {
  it("has its lock and its other files where its file is, also if that was not there when it was opened by a link", async () => {
    const folder = join(place.directory, "data");
    mkdirSync(folder);
    symlinkSync(join("data", "real.sqlite"), place.path);
    await place.write("a");
    for (const part of ["", "-wal", "-lock", "-mark"]) expect(existsSync(join(folder, `real.sqlite${part}`))).toBe(true);
    expect(() => place.open({}, join(folder, "real.sqlite"))).toThrow(/another orchestrator owns it/);
  });

  it("is refused while it has a hard link, whichever name is used", async () => {
    place.close(await place.write("a"));
    const other = join(place.directory, "other.sqlite");
    linkSync(place.path, other);
    for (const name of [place.path, other]) expect(() => place.open({}, name)).toThrow(/has 2 names \(hard links\)/);
    rmSync(other);
    expect(await place.open().list({ limit: 9 })).toEqual(["a"]);
  });

  it("is refused under a second directory, where its mark is not", async () => {
    place.close(await place.write("a"));
    const folder = join(place.directory, "second");
    mkdirSync(folder);
    // In place of a mount of the one file, which a test may not make.
    linkSync(place.path, join(folder, "journal.sqlite"));
    rmSync(place.path);
    expect(() => place.open({}, join(folder, "journal.sqlite"))).toThrow(/journal.sqlite-mark is not there/);
  });
});

describe("a second owner", () => {
  it.for(["removed", "replaced"])("is refused by the lock on the file itself when the lock beside it was %s", async (how) => {
    await place.write("a");
    place.remove("-lock");
    if (how === "replaced") writeFileSync(`${place.path}-lock`, "");
    expect(() => place.open()).toThrow(new RegExp(`another orchestrator owns it, process ${process.pid} on \\S+ since`));
  });

  it("takes the journal over where no lock refuses it, and the earlier one ends at its next commit", async () => {
    const earlier = openWithoutFileLock();
    earlier.transact(() => undefined);
    place.remove("-lock");
    const later = openWithoutFileLock();
    const write = () => earlier.statements.insertRecord.run("a", 1, "{}", sumOf("a", 1, "{}"));
    expect(() => earlier.transact(write)).toThrow(/process \d+ on \S+ since \S+ has become its owner/);
    expect(later.statements.load.all("a", 0, 9)).toEqual([]);
    later.transact(() => undefined);
  });

  it("finds a saga that the earlier one began until then, which has no row yet", async () => {
    const earlier = place.open();
    place.remove("-lock");
    const { prepare } = DatabaseSync.prototype;
    let begun: Promise<void> | undefined;
    vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql) {
      // The next owner has read the records, and is about to become the owner.
      if (sql.includes("FROM terms NOT INDEXED") && !begun) {
        begun = earlier.begin(startOf("a"));
        // It writes what is pending.
        earlier.compact("a", []);
      }
      return prepare.call(this, sql);
    });
    const later = openWithoutFileLock();
    vi.restoreAllMocks();
    await begun;
    expect(later.statements.open.all("running", "", 9)).toEqual([{ id: "a" }]);
  });

  it("is found by the row of commits alone, before anything is committed", () => {
    const earlier = openWithoutFileLock();
    const later = new DatabaseSync(place.path);
    const owner = { number: 2, token: randomUUID() };
    addOwner(later, { ...owner, pid: 4711, host: "shop-1", since: "2026-11-30", firstCommit: 2 });
    later.prepare("UPDATE progress SET value = ?").run(formatProgress({ commit: 2, copied: 0, owner }));
    const write = () => earlier.statements.insertRecord.run("a", 1, "{}", sumOf("a", 1, "{}"));
    expect(() => earlier.transact(write)).toThrow("process 4711 on shop-1 since 2026-11-30 has become its owner");
    expect(earlier.statements.load.all("a", 0, 9)).toEqual([]);
    expect(() => earlier.look()).toThrow("has become its owner");
    later.close();
  });

  it("ends the earlier process before it takes anything for durable", async () => {
    const contradictions: string[] = [];
    const earlier = place.open({ onContradiction: ({ message }) => contradictions.push(message) });
    await earlier.begin(sampleRecord("a", 1));
    place.remove("-lock");
    openWithoutFileLock();
    let isBegun = false;
    const begin = earlier.begin(sampleRecord("b", 1)).then(() => {
      isBegun = true;
    });
    await expect(begin).rejects.toThrow(/has become its owner/);
    expect(isBegun).toBe(false);
    expect(contradictions[0]).toMatch(/contradicts what this process wrote \(process \d+ .* has become its owner\)/);
  });
});

describe("the lock beside a journal", () => {
  it.for(["garbage", "a directory"])("is reported as the lock when it is %s", async (damage) => {
    place.close(await place.write("a"));
    place.remove("-lock");
    if (damage === "a directory") mkdirSync(`${place.path}-lock`);
    else writeFileSync(`${place.path}-lock`, damage.repeat(500));
    expect(() => place.open()).toThrow(
      /The lock file .*journal.sqlite-lock is damaged .*stop every orchestrator.*delete that file/,
    );
    rmSync(`${place.path}-lock`, { recursive: true });
    expect(await place.open().list({ limit: 9 })).toEqual(["a"]);
  });
});

describe("a path that is no file", () => {
  it("is refused as what it is", () => {
    mkdirSync(place.path);
    expect(() => place.open()).toThrow(/journal.sqlite is a directory. Set JOURNAL_PATH to a file/);
    rmSync(place.path, { recursive: true });
    expect(() => place.open({}, "/dev/null")).toThrow("/dev/null is no file");
    expect(existsSync("/dev/null-lock")).toBe(false);
    expect(() => place.open({}, `${place.path}-wal`)).toThrow("has the name of a file that belongs to a journal");
  });
});

describe("the lock on a file itself", () => {
  it("is refused to a second one until the first one releases it", () => {
    writeFileSync(place.path, "");
    const first = tryLockFile(place.path);
    expect(tryLockFile(place.path)).toBe("taken");
    if (typeof first === "object") first.release();
    const again = tryLockFile(place.path);
    expect(again).toEqual({ release: expect.any(Function) });
    if (typeof again === "object") again.release();
  });

  it("is not there for a file that is not", () => {
    expect(tryLockFile(place.path)).toBeUndefined();
  });
});
