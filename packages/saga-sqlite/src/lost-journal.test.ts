import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournal } from "./open-journal.ts";
import { BACK_TO_VERSION_6 } from "./testing/earlier-version.ts";
import { JournalPlace } from "./testing/journal-place.ts";

let place: JournalPlace;

beforeEach(() => {
  place = new JournalPlace();
});

afterEach(() => place.clear());

async function listed(options = {}): Promise<readonly string[]> {
  const journal = place.open(options);
  const ids = await journal.list({ limit: 99 });
  place.close(journal);
  return ids;
}

/** A backup of a journal that went on since, and was copied into its main file in between. */
async function writeBackupAndGoOn(): Promise<string> {
  place.close(await place.write("a"));
  const backup = place.copy();
  place.close(await place.write("b"));
  await place.writeAndKill("c");
  return backup;
}

describe("a journal that is new", () => {
  it("is a warning, because another one may have been expected", async () => {
    place.close(await place.write("a"));
    expect(place.notices).toEqual([
      expect.stringMatching(/A new journal was made at .*journal.sqlite: if one was expected there, stop/),
    ]);
    place.close(await place.write("b"));
    expect(place.notices).toHaveLength(1);
  });
});

describe("a journal that has what its last owner made durable", () => {
  it("is opened after a kill and after a stop, with all of it", async () => {
    await place.writeAndKill("a", "b");
    expect(await listed()).toEqual(["b", "a"]);
    await place.writeAndKill("c");
    expect(await listed()).toEqual(["c", "b", "a"]);
  });

  it("is opened when its log is the one that a backup had begun from, because SQLite then has all of it", async () => {
    place.close(await place.write("a"));
    const journal = await place.write("b");
    const backup = place.copy();
    await place.writeAndKill("c").catch(() => undefined);
    place.close(journal);
    place.put(backup);
    expect(await listed()).toEqual(["b", "a"]);
  });

  it("is opened when a person made it one file, and has a log again", async () => {
    place.close(await place.write("a"));
    const database = new DatabaseSync(place.path);
    database.exec("PRAGMA journal_mode = DELETE; VACUUM");
    database.close();
    const journal = await place.write("b");
    await journal.begin(sampleRecord("c", 1));
    expect(journal.failureNow()).toBeUndefined();
    expect(await journal.list({ limit: 9 })).toEqual(["c", "b", "a"]);
  });

  it("is opened when its mark stayed behind, or was torn by a power cut", async () => {
    await place.writeAndKill("a", "b");
    const mark = readFileSync(`${place.path}-mark`);
    writeFileSync(`${place.path}-mark`, Buffer.concat([mark.subarray(0, 550), Buffer.alloc(474, 7)]));
    expect(await listed()).toEqual(["b", "a"]);
  });
});

describe("a journal of which something is lost", () => {
  const losses = {
    "its file emptied": [
      () => [truncateSync(place.path), place.remove("-wal")],
      /is empty, but its last owner, process \d+ on/,
      "new",
    ],
    "its files deleted": [() => place.remove("", "-wal"), /is missing, but its last owner, .* made 4 commits durable/, "new"],
    "its log deleted": [() => place.remove("-wal"), /made 4 commits durable, and it has 1 of them/, "restored"],
    "its mark deleted": [() => place.remove("-mark"), /journal.sqlite-mark is not there/, "restored"],
    "its mark damaged": [() => truncateSync(`${place.path}-mark`, 100), /journal.sqlite-mark is damaged/, "restored"],
  } as const;

  it.for(Object.entries(losses))("is refused with %s, and accepted once", async ([, [lose, says, accept]]) => {
    await place.writeAndKill("a", "b", "c");
    lose();
    expect(() => place.open()).toThrow(says);
    expect(() => place.open()).toThrow(`start once with JOURNAL_ACCEPT=${accept}`);
    expect(() => place.open({ accept: accept === "new" ? "restored" : "new" })).toThrow(says);
    place.notices.length = 0;
    const ids = await listed({ accept });
    expect(place.notices.at(-1)).toMatch(new RegExp(`JOURNAL_ACCEPT=${accept} let this start through although .*${says.source}`));
    expect(ids).toEqual(/mark/.test(says.source) ? ["c", "b", "a"] : []);
    // Nothing is missing any more.
    place.close(place.open());
  });

  it("is refused when another journal was put in its place", async () => {
    await place.writeAndKill("a");
    const killed = place.copy();
    place.remove("", "-wal", "-mark");
    place.close(await place.write("b"));
    place.put(killed, ["-mark"]);
    expect(() => place.open()).toThrow(/it has nothing of its last owner, process \d+/);
    expect(await listed({ accept: "restored" })).toEqual(["b"]);
  });

  it("is refused when it has an earlier version than its last owner wrote", async () => {
    place.close(await place.write("a"));
    const database = new DatabaseSync(place.path);
    database.exec(BACK_TO_VERSION_6);
    database.close();
    expect(() => place.open()).toThrow(/earlier version than what its last owner, process/);
    expect(await listed({ accept: "restored" })).toEqual(["a"]);
  });

  it("is refused as damaged when it is no database any more, and keeps its bytes", async () => {
    place.close(await place.write("a"));
    writeFileSync(place.path, "garbage".repeat(2_000));
    expect(() => place.open({ accept: "restored" })).toThrow(/not a database.*restore a backup/);
    expect(readFileSync(place.path, "utf8")).toBe("garbage".repeat(2_000));
  });
});

describe("a log beside a file that is not its own", () => {
  /** Nothing accepts a mixture, and nothing is changed. */
  function expectMixture(says: RegExp): void {
    const before = ["", "-wal"].map((part) => readFileSync(`${place.path}${part}`));
    for (const accept of [undefined, "restored", "new"] as const) expect(() => place.open({ accept })).toThrow(says);
    expect(() => place.open()).toThrow(/Put back the files that belong together. If they are lost, move .*-wal .*away/);
    expect(["", "-wal"].map((part) => readFileSync(`${place.path}${part}`))).toEqual(before);
  }

  it("is refused when the file is a backup and the log is newer", async () => {
    const backup = await writeBackupAndGoOn();
    place.put(backup, [""]);
    expectMixture(/journal.sqlite-wal is not the log of .*its last commit is of an owner that did not start last/);
    place.remove("-wal");
    expect(() => place.open()).toThrow(/it has nothing of its last owner/);
    expect(await listed({ accept: "restored" })).toEqual(["a"]);
  });

  it("is refused when the file is a backup of the same run, and was copied into since", async () => {
    const options = { onMigration: () => undefined, onDamage: () => undefined, onNotice: () => undefined, framesMax: 1 };
    const file = openJournal(place.path, options);
    const backup = place.copy();
    for (let commit = 1; commit <= 40; commit += 1) file.transact(() => undefined);
    const killed = place.copy();
    file.close();
    place.put(killed);
    place.put(backup, [""]);
    expectMixture(/-wal is not the log of .*begins after commit \d+, and the main file ends with 1/);
  });

  it("is refused when the log is older", async () => {
    await place.writeAndKill("a");
    const older = place.copy();
    place.close(await place.write("b"));
    place.put(older, ["-wal"]);
    expectMixture(/-wal is not the log/);
  });

  it("is refused when the log is of a time before a restored backup", async () => {
    place.close(await place.write("a"));
    const backup = place.copy();
    await place.writeAndKill("b", "c", "d");
    const earlier = place.copy();
    place.put(backup);
    await listed({ accept: "restored" });
    place.close(await place.write("e"));
    place.put(earlier, ["-wal"]);
    expectMixture(/-wal is not the log/);
  });

  it("is refused when the log is of another journal", async () => {
    await place.writeAndKill("a", "b");
    const other = place.copy();
    place.remove("", "-wal", "-mark");
    place.close(await place.write("c"));
    place.put(other, ["-wal"]);
    expectMixture(/-wal is not the log/);
  });

  it("is refused, and kept, when the file is empty or missing", async () => {
    await place.writeAndKill("a");
    truncateSync(place.path);
    expectMixture(/is empty, but .*-wal is there/);
    rmSync(place.path);
    expect(() => place.open({ accept: "new" })).toThrow(/is missing, but .*-wal is there/);
    expect(readFileSync(`${place.path}-wal`).length).toBeGreaterThan(0);
  });

  it("is refused when it is a rollback journal, which this file has not", async () => {
    await place.writeAndKill("a");
    writeFileSync(`${place.path}-journal`, "of another time");
    expectMixture(/-journal is not of this file/);
  });

  it.for(["missing", "damaged"])("is refused when it is a rollback journal, and the mark is %s", async (mark) => {
    await place.writeAndKill("a");
    if (mark === "missing") place.remove("-mark");
    else writeFileSync(`${place.path}-mark`, "garbage");
    writeFileSync(`${place.path}-journal`, "of another time");
    expectMixture(/-journal is not of this file/);
    expect(readFileSync(`${place.path}-journal`, "utf8")).toBe("of another time");
  });

  it("is refused when the file is no journal", async () => {
    await place.writeAndKill("a");
    writeFileSync(place.path, "garbage".repeat(2_000));
    expectMixture(/is no journal, but .*-wal is there/);
  });
});

describe("JOURNAL_ACCEPT", () => {
  it("counts for one start, and again after a start without it", async () => {
    await place.writeAndKill("a", "b");
    place.remove("-wal");
    place.close(place.open({ accept: "restored" }));
    // It is left set: nothing is wrong at this start.
    place.close(place.open({ accept: "restored" }));
    await place.writeAndKill("c");
    place.remove("-wal");
    expect(() => place.open({ accept: "restored" })).not.toThrow();
  });

  it("is refused at a second problem while it is still set", async () => {
    await place.writeAndKill("a", "b");
    place.remove("-wal");
    const journal = place.open({ accept: "restored" });
    await journal.begin(sampleRecord("c", 1));
    const killed = place.copy();
    place.close(journal);
    place.put(killed);
    place.remove("-wal");
    for (let time = 1; time <= 2; time += 1)
      expect(() => place.open({ accept: "restored" })).toThrow(/counts for one start: start without it, which is refused too/);
    expect(() => place.open()).toThrow(/commits durable/);
    expect(await listed({ accept: "restored" })).toEqual([]);
  });

  it("is refused while it is still set although the mark went with the journal of before", async () => {
    await place.writeAndKill("a");
    const older = place.copy();
    const journal = place.open({ accept: "restored" });
    await journal.begin(sampleRecord("b", 1));
    place.close(journal);
    place.remove("-mark");
    place.put(older, [""]);
    expect(() => place.open({ accept: "restored" })).toThrow(/counts for one start: start without it/);
    expect(() => place.open()).toThrow(/-mark is not there/);
    expect(await listed({ accept: "restored" })).toEqual([]);
  });

  it("is a warning when it was not needed, and then counts no more", async () => {
    await place.writeAndKill("a");
    const journal = place.open({ accept: "restored" });
    expect(place.notices.at(-1)).toBe("JOURNAL_ACCEPT=restored was not needed: remove it");
    await journal.begin(sampleRecord("b", 1));
    const killed = place.copy();
    place.close(journal);
    place.put(killed, ["-mark"]);
    place.put(killed, [""]);
    expect(() => place.open({ accept: "restored" })).toThrow(/counts for one start/);
  });
});
