import process from "node:process";
import ansis from "ansis";
import { JournalError } from "saga-core";
import { checkJournal } from "saga-sqlite";
import { runProcess } from "service-kit";
import { readJournalPath } from "./journal-path.ts";

const USAGE = `Checks the file of a journal, and that every saga has all of its records. An orchestrator may use the journal meanwhile.

  JOURNAL_PATH=./orchestrator.sqlite pnpm journal:check

The exit code is 1 when there is a problem.
`;

await runProcess(
  async () => {
    if (process.argv.includes("--help")) {
      process.stdout.write(USAGE);
      return undefined;
    }
    const path = readJournalPath(process.env);
    const { sagas, records, hasMark, problems } = checkJournal(path);
    for (const problem of problems) process.stdout.write(ansis.red(`✗ ${problem}\n`));
    process.stdout.write(`${path}: ${sagas} sagas, ${records} records\n`);
    if (!hasMark) process.stdout.write("It has no -mark beside it, as a backup: a start on it needs JOURNAL_ACCEPT=restored.\n");
    if (problems.length > 0) process.exit(1);
    process.stdout.write(ansis.green("✓ No problem was found.\n"));
    return undefined;
  },
  { expected: [JournalError] },
);
