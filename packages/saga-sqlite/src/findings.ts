import type { Seen, SeenJournal } from "./look.ts";
import { type Accept, type FoundMark, type Mark, markPathOf } from "./mark.ts";
import { nameOf, type Owner } from "./owner.ts";
import type { Progress } from "./progress.ts";

/** Why a start must not go on with what it saw. */
export interface Finding {
  readonly problem: string;
  readonly advice: string;
  /** The value of `JOURNAL_ACCEPT` that lets a start through; undefined if none does. */
  readonly acceptedAs: Accept | undefined;
}

/** Compares what a start saw with the mark of the last owner. Undefined if the journal is what that owner left, or more. */
export function findingOf(place: string, seen: Seen, mark: FoundMark): Finding | undefined {
  switch (seen.kind) {
    case "mixture":
      return mixture(place, seen.problem);
    case "missing":
    case "empty":
      return hasCommits(mark) ? lost(place, seen.kind, mark) : undefined;
    case "older":
      return hasCommits(mark) ? less(place, `it has an earlier version than what ${ownerOf(mark)} wrote`) : undefined;
    case "journal": {
      const misfit = misfitOf(seen);
      if (misfit !== undefined) return mixture(place, `${place}-wal is not the log of ${place} (${misfit})`);
      const problem = shortOf(place, seen, mark);
      return problem === undefined ? undefined : less(place, problem);
    }
  }
}

/** What a journal lacks of what its mark says; undefined if nothing. */
export function shortOf(
  place: string,
  { owners, progress }: Pick<SeenJournal, "owners" | "progress">,
  mark: FoundMark,
): string | undefined {
  if (mark === undefined) return `${markPathOf(place)} is not there, as beside a file that was copied or restored`;
  if (mark === "damaged") return `${markPathOf(place)} is damaged`;
  const [oldest] = owners;
  // A kill before the first commit of its first owner.
  if (!oldest) return mark.commit > 0 ? `it has nothing of ${nameOf(mark.name)}` : undefined;
  if (!progress) return "its row of commits is damaged";
  const index = owners.findIndex(({ token }) => token === mark.owner.token);
  if (index < 0) return `it has nothing of its last owner, ${nameOf(mark.name)}`;
  const next = owners[index + 1];
  const commits = next ? next.firstCommit - 1 : progress.commit;
  if (mark.commit <= commits) return undefined;
  return `its last owner, ${nameOf(mark.name)}, made ${mark.commit} commits durable, and it has ${commits} of them`;
}

/** Why the log cannot belong to the main file; undefined if it can. */
function misfitOf({ owners, progress, alone }: SeenJournal): string | undefined {
  const last = owners.at(-1);
  if (!progress || !last) return undefined;
  if (last.token !== progress.owner.token) return "its last commit is of an owner that did not start last";
  if (alone === "unknown") return undefined;
  const { commit, owner } = alone === "none" ? { commit: 0, owner: undefined } : alone;
  if (owner && !isAmong(owners, owner)) return "it has nothing of the owner of the main file";
  if (commit > progress.commit) return `it ends with commit ${progress.commit}, before ${commit} of the main file`;
  if (commit < progress.copied) return `it begins after commit ${progress.copied}, and the main file ends with ${commit}`;
  return undefined;
}

function isAmong(owners: readonly Owner[], { number, token }: Progress["owner"]): boolean {
  return number < (owners[0]?.number ?? 0) || owners.some((owner) => owner.token === token);
}

function hasCommits(mark: FoundMark): mark is Mark | "damaged" {
  return mark !== undefined && (mark === "damaged" || mark.commit > 0);
}

function ownerOf(mark: Mark | "damaged"): string {
  return mark === "damaged" ? "its last owner" : `its last owner, ${nameOf(mark.name)},`;
}

function lost(place: string, how: "missing" | "empty", mark: Mark | "damaged"): Finding {
  const said = mark === "damaged" ? `${markPathOf(place)} is damaged` : `${ownerOf(mark)} made ${mark.commit} commits durable`;
  return {
    problem: `the file is ${how}, but ${said}`,
    advice:
      "Put the file and its -wal back, or restore a backup and start once with JOURNAL_ACCEPT=restored. " +
      "To begin anew, without any saga or Idempotency-Key of before, start once with JOURNAL_ACCEPT=new.",
    acceptedAs: "new",
  };
}

function less(place: string, problem: string): Finding {
  return {
    problem,
    advice:
      `Look for the newest ${place} and its -wal, and put both here. If this is a backup that you restored, or nothing newer exists, ` +
      "read docs/journal.md on what it lacks, then start once with JOURNAL_ACCEPT=restored.",
    acceptedAs: "restored",
  };
}

function mixture(place: string, problem: string): Finding {
  return {
    problem,
    advice:
      `Put back the files that belong together. If they are lost, move ${place}-wal (and ${place}-shm, ${place}-journal) away, and keep it: ` +
      "it may have what is missing here. Then start again.",
    acceptedAs: undefined,
  };
}
