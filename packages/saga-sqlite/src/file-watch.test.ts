import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournal } from "./open-journal.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";
import { JournalPlace } from "./testing/journal-place.ts";

let place: JournalPlace;
let journal: SqliteJournal;
let failures: (string | undefined)[];
let contradictions: string[];

beforeEach(async () => {
  place = new JournalPlace();
  failures = [];
  contradictions = [];
  journal = place.open({
    onFailure: (failure) => failures.push(failure?.message),
    onContradiction: ({ message }) => contradictions.push(message),
  });
  await journal.begin(sampleRecord("a", 1));
});

afterEach(() => place.clear());

describe.for(["", "-wal"])("a journal whose file journal.sqlite%s is gone while it is open", (part) => {
  const away = () => renameSync(`${place.path}${part}`, `${place.path}.away`);
  const back = () => renameSync(`${place.path}.away`, `${place.path}${part}`);

  it("is not ready at once, refuses starts, and goes on when the file is back", async () => {
    away();
    expect(journal.failureNow()?.message).toContain(`the file ${place.path}${part} is gone: put it back`);
    await expect(journal.begin(sampleRecord("b", 1))).rejects.toThrow(/is gone/);
    journal.append(sampleRecord("a", 2));
    back();
    await journal.durable();
    expect(journal.failureNow()).toBeUndefined();
    expect(failures).toEqual([expect.stringMatching(/is gone/), undefined]);
    await journal.begin(sampleRecord("c", 1));
    expect(await journal.list({ limit: 9 })).toEqual(["c", "a"]);
    expect(await journal.load("a", { after: 0, limit: 9 })).toHaveLength(2);
    expect(contradictions).toEqual([]);
  });

  it("finds it out by itself while nothing is written", async () => {
    away();
    await expect.poll(() => journal.failure?.message).toContain("is gone");
    back();
    await expect.poll(() => journal.failure).toBeUndefined();
  });

  it("ends when another file is in its place", async () => {
    copyFileSync(`${place.path}${part}`, `${place.path}.copy`);
    rmSync(`${place.path}${part}`);
    renameSync(`${place.path}.copy`, `${place.path}${part}`);
    await expect.poll(() => contradictions[0]).toContain(`another file was put in the place of ${place.path}${part}`);
    expect(journal.failure).toBeDefined();
  });
});

describe("a journal whose log was deleted while it was open", () => {
  it("has lost nothing when it is closed, because SQLite copies the log that it still holds", async () => {
    rmSync(`${place.path}-wal`);
    expect(journal.failureNow()).toBeDefined();
    place.close(journal);
    expect(await place.open().list({ limit: 9 })).toEqual(["a"]);
  });
});

describe("a journal whose main file is changed by another process", () => {
  it("ends: a second owner that no lock refused is found so", async () => {
    const at = readFileSync(place.path).indexOf("saga-progress");
    const descriptor = openSync(place.path, "r+");
    writeSync(descriptor, Buffer.from("saga-progress 0000000000000999"), 0, 30, at);
    closeSync(descriptor);
    utimesSync(place.path, new Date(), new Date(Date.now() + 5_000));
    await expect.poll(() => contradictions[0]).toContain("another process changed");
  });

  it.for(["into its file", "in its place"])("leaves a backup that was restored %s as it is, with its log", async (how) => {
    place.close(journal);
    const backup = place.copy();
    journal = await place.write("b");
    if (how === "in its place") rmSync(place.path);
    writeFileSync(place.path, readFileSync(backup));
    rmSync(`${place.path}-wal`);
    writeFileSync(`${place.path}-wal`, "its log");
    place.close(journal);
    expect(readFileSync(place.path).equals(readFileSync(backup))).toBe(true);
    expect(readFileSync(`${place.path}-wal`, "utf8")).toBe("its log");
  });

  it("goes on when only its time was changed", async () => {
    utimesSync(place.path, new Date(), new Date(Date.now() + 5_000));
    expect(journal.failureNow()).toBeUndefined();
    expect(contradictions).toEqual([]);
  });

  it("goes on when its own copies of the log change it", () => {
    place.close(journal);
    const ignore = () => undefined;
    const file = openJournal(place.path, { onMigration: ignore, onDamage: ignore, onNotice: ignore, framesMax: 1 });
    const before = readFileSync(place.path);
    for (let commit = 1; commit <= 40; commit += 1) file.transact(ignore);
    expect(readFileSync(place.path).equals(before)).toBe(false);
    expect(() => file.look()).not.toThrow();
    file.close();
  });
});
