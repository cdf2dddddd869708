export { type BackupProgress, backUpJournal } from "./backup.ts";
export { checkJournal, type JournalFindings } from "./check.ts";
export { keepVerifying } from "./keep-verifying.ts";
export type { PruneOptions } from "./prune.ts";
export { renewSums } from "./renew-sums.ts";
export { keepPruning, type Retention } from "./retention.ts";
export { SqliteJournal, type SqliteJournalOptions } from "./sqlite-journal.ts";
