import process from "node:process";
import { parseArgs } from "node:util";
import { JournalError } from "saga-core";
import { backUpJournal } from "saga-sqlite";
import { runProcess } from "service-kit";
import { Progress } from "../explore/progress.ts";
import { readJournalPath } from "./journal-path.ts";

const USAGE = `Copies a journal as it is at one instant, also while an orchestrator uses it.

  JOURNAL_PATH=./orchestrator.sqlite pnpm journal:backup --to <file>

To restore the copy, move the journal and its -wal, -shm and -mark away while no orchestrator runs, put the copy where JOURNAL_PATH points to, and
start once with JOURNAL_ACCEPT=restored. It does not have what happened after it was made, so check the services first: docs/journal.md says how.
`;

await runProcess(
  async () => {
    const { values } = parseArgs({ options: { to: { type: "string" }, help: { type: "boolean" } } });
    if (values.help) {
      process.stdout.write(USAGE);
      return undefined;
    }
    if (values.to === undefined) {
      process.stderr.write("--to is missing: name the file to copy to. Example: --to ./backup.sqlite\n");
      process.exit(2);
    }
    const path = readJournalPath(process.env);
    const progress = new Progress(path);
    await backUpJournal(path, values.to, ({ pagesLeft, pages }) => progress.say(`${pages - pagesLeft} of ${pages} pages`));
    progress.end();
    process.stdout.write(`${path} was copied to ${values.to}\n`);
    return undefined;
  },
  { expected: [JournalError] },
);
