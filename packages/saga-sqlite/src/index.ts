export { SqliteJournal } from "./sqlite-journal.ts";
export { systemClock } from "./system-clock.ts";
