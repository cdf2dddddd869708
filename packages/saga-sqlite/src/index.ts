export { type BackupProgress, backUpJournal } from "./backup.ts";
export { checkJournal, type JournalFindings } from "./check.ts";
export { keepVerifying } from "./keep-verifying.ts";
export type { Accept } from "./mark.ts";
export type { PruneOptions, RecordedTimes } from "./prune.ts";
export { renewSums } from "./renew-sums.ts";
export { keepPruning, type PruningTime, type Retention } from "./retention.ts";
export { SqliteJournal } from "./sqlite-journal.ts";
export type { SqliteJournalOptions } from "./sqlite-journal-options.ts";
