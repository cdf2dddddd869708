import { describe, expect, it } from "vitest";
import { findingOf } from "./findings.ts";
import type { Seen, SeenJournal } from "./look.ts";
import type { FoundMark, Mark } from "./mark.ts";

const name = { pid: 4711, host: "shop-1", since: "2026-11-30" };
const ownerOf = (number: number, firstCommit: number) => ({ number, token: `token-${number}`, firstCommit, ...name });
const idOf = (number: number) => ({ number, token: `token-${number}` });

/** Its second owner made the commits 10 to 20; 12 of them are in the main file, and some later ones. */
const journal: SeenJournal = {
  kind: "journal",
  owners: [ownerOf(1, 1), ownerOf(2, 10)],
  progress: { commit: 20, copied: 12, owner: idOf(2) },
  alone: { commit: 15, copied: 9, owner: idOf(2) },
};

function markOf(number: number, commit: number): Mark {
  return { owner: idOf(number), name, commit, accept: undefined };
}

function problemOf(seen: Seen, mark: FoundMark = markOf(2, 20)): string | undefined {
  return findingOf("/data/j", seen, mark)?.problem;
}

describe("a log and a main file", () => {
  it.for([
    { commit: 12, copied: 9, owner: idOf(2) },
    { commit: 20, copied: 12, owner: idOf(2) },
    { commit: 13, copied: 9, owner: idOf(1) },
    "unknown",
  ] as const)("fit when the main file alone has a state between what was copied and the last commit: %j", (alone) => {
    expect(problemOf({ ...journal, alone })).toBeUndefined();
  });

  it("fit before anything was copied", () => {
    const progress = { commit: 20, copied: 0, owner: idOf(2) };
    expect(problemOf({ ...journal, progress, alone: "none" })).toBeUndefined();
  });

  it("fit when so many owners started since that the one of the main file is forgotten", () => {
    const owners = [ownerOf(101, 18), ownerOf(102, 19)];
    const progress = { commit: 20, copied: 12, owner: idOf(102) };
    expect(
      problemOf({ ...journal, owners, progress, alone: { commit: 15, copied: 9, owner: idOf(1) } }, markOf(102, 20)),
    ).toBeUndefined();
  });

  it.for([
    [{ commit: 21, copied: 12, owner: idOf(2) }, "it ends with commit 20, before 21 of the main file"],
    [{ commit: 11, copied: 9, owner: idOf(2) }, "it begins after commit 12, and the main file ends with 11"],
    [{ commit: 15, copied: 9, owner: idOf(3) }, "it has nothing of the owner of the main file"],
    ["none", "it begins after commit 12, and the main file ends with 0"],
  ] as const)("do not fit when the main file alone has %j", ([alone, says]) => {
    expect(problemOf({ ...journal, alone })).toBe(`/data/j-wal is not the log of /data/j (${says})`);
  });
});

describe("a journal and its mark", () => {
  it.for([
    [markOf(2, 20), undefined],
    [markOf(2, 21), /made 21 commits durable, and it has 20 of them/],
    // A start that was killed before it wrote its own mark.
    [markOf(1, 9), undefined],
    [markOf(1, 10), /made 10 commits durable, and it has 9 of them/],
    // The journal of another orchestrator, which was started more often.
    [markOf(0, 1), /it has nothing of its last owner, process 4711 on shop-1/],
    [markOf(3, 0), /it has nothing of its last owner, process 4711 on shop-1/],
    ["damaged", /j-mark is damaged/],
    [undefined, /j-mark is not there/],
  ] as const)("are compared by the owner's own commits: %j", ([mark, says]) => {
    const problem = findingOf("/data/j", journal, mark)?.problem;
    if (says) expect(problem).toMatch(says);
    else expect(problem).toBeUndefined();
  });

  it("agree when a kill came before the first commit", () => {
    expect(problemOf({ kind: "missing" }, markOf(1, 0))).toBeUndefined();
    expect(problemOf({ kind: "older" }, markOf(1, 0))).toBeUndefined();
    expect(problemOf({ ...journal, owners: [], progress: undefined }, markOf(1, 0))).toBeUndefined();
  });

  it("do not agree when the row of commits is damaged", () => {
    expect(problemOf({ ...journal, progress: undefined })).toBe("its row of commits is damaged");
  });

  it.for(["missing", "empty"] as const)("do not agree when the file is %s, also if the mark is damaged", (kind) => {
    expect(problemOf({ kind }, "damaged")).toBe(`the file is ${kind}, but /data/j-mark is damaged`);
    expect(findingOf("/data/j", { kind }, markOf(1, 1))?.acceptedAs).toBe("new");
    expect(findingOf("/data/j", { kind }, undefined)).toBeUndefined();
  });
});
