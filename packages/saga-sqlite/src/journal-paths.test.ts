import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { journalPaths } from "./journal-paths.ts";
import { placeOf } from "./place-of.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "journal-paths-")));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("the paths of a journal", () => {
  it("have every file that it makes, but those that SQLite makes by itself", () => {
    const path = join(directory, "journal.sqlite");
    const journal = new SqliteJournal(path);
    const made = readdirSync(directory).map((name) => join(directory, name));
    journal.close();
    const { reads, writes } = journalPaths(path);
    expect(made.filter((each) => !writes.includes(each))).toEqual([`${path}-shm`]);
    expect(reads).toEqual([directory]);
  });

  it("have each directory that a link leads through, and the files where the last one leads", () => {
    for (const name of ["links", "more", "real"]) mkdirSync(join(directory, name));
    symlinkSync(join(directory, "links"), join(directory, "linked"));
    symlinkSync("../more/journal", join(directory, "links", "journal"));
    symlinkSync("../real/journal.sqlite", join(directory, "more", "journal"));
    const path = join(directory, "linked", "journal");
    const { reads, writes } = journalPaths(path);
    expect(reads.toSorted()).toEqual(["linked", "links", "more", "real"].map((name) => join(directory, name)));
    expect(writes[0]).toBe(placeOf(path));
    expect(writes[0]).toBe(join(directory, "real", "journal.sqlite"));
  });

  it("are as they are named where the directory is missing or links lead round in a circle", () => {
    const missing = join(directory, "none", "journal.sqlite");
    expect(journalPaths(missing)).toMatchObject({ reads: [join(directory, "none")], writes: expect.arrayContaining([missing]) });
    symlinkSync("circle", join(directory, "circle"));
    expect(journalPaths(join(directory, "circle")).reads).toEqual([directory]);
  });
});
