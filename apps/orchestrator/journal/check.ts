import process from "node:process";
import ansis from "ansis";
import { JournalError } from "saga-core";
import { checkJournal } from "saga-sqlite";
import { runProcess } from "service-kit";
import { readJournalPath } from "./journal-path.ts";

const USAGE = `Checks that a journal is whole, also while an orchestrator uses it: its file, and that every saga has its records without a gap.

  JOURNAL_PATH=./orchestrator.sqlite pnpm journal:check

The exit code is 1 when something is wrong.
`;

await runProcess(
  async () => {
    if (process.argv.includes("--help")) {
      process.stdout.write(USAGE);
      return undefined;
    }
    const path = readJournalPath(process.env);
    const { sagas, records, problems } = checkJournal(path);
    for (const problem of problems) process.stdout.write(ansis.red(`✗ ${problem}\n`));
    process.stdout.write(`${path}: ${sagas} sagas, ${records} records\n`);
    if (problems.length > 0) process.exit(1);
    process.stdout.write(ansis.green("✓ Nothing is wrong.\n"));
    return undefined;
  },
  { expected: [JournalError] },
);
