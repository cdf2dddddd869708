import type { DatabaseSync } from "node:sqlite";

/** A process that owned a journal, from its start on. */
export interface OwnerId {
  /** Counts the owners of a journal. */
  readonly number: number;
  /** Random: no other start has it. */
  readonly token: string;
}

/** An owner, for people. */
export interface OwnerName {
  readonly pid: number;
  readonly host: string;
  /** When it started, in ISO 8601. */
  readonly since: string;
}

export interface Owner extends OwnerId, OwnerName {
  /** The number of its first commit. */
  readonly firstCommit: number;
}

/** How many owners a journal remembers: the latest ones, and that of its mark. */
const KEPT = 100;

/** The owners that a journal remembers, the latest last. */
export function readOwners(database: DatabaseSync): readonly Owner[] {
  const rows = database.prepare("SELECT number, token, pid, host, since, first_commit FROM owner ORDER BY number").all();
  return rows.map(({ number, token, pid, host, since, first_commit }) => ({
    number: Number(number),
    token: String(token),
    pid: Number(pid),
    host: String(host),
    since: String(since),
    firstCommit: Number(first_commit),
  }));
}

/**
 * Adds an owner, within a transaction.
 *
 * @param marked the token in the mark beside the journal. Its owner is not forgotten: by it the next start finds out whether this is the journal
 * of that mark. Absent: there is no mark.
 */
export function addOwner(database: DatabaseSync, { number, token, pid, host, since, firstCommit }: Owner, marked = ""): void {
  const insert = "INSERT INTO owner (number, token, pid, host, since, first_commit) VALUES (?, ?, ?, ?, ?, ?)";
  database.prepare(insert).run(number, token, pid, host, since, firstCommit);
  database.prepare("DELETE FROM owner WHERE number <= ? AND token <> ?").run(number - KEPT, marked);
}

export function nameOf({ pid, host, since }: OwnerName): string {
  return `process ${pid} on ${host} since ${since}`;
}
