import { EnvironmentError } from "./environment.ts";

/** What a process may do, each as Deno names it. What is not listed is refused: other programs and native libraries always are. */
export interface Permissions {
  /** Addresses that it listens on or connects to: `host:port`, or a host alone for all of its ports. */
  readonly net: readonly string[];
  /** Files and directories, by their absolute paths. */
  readonly read: readonly string[];
  /** Files that it may write and make. */
  readonly write: readonly string[];
  /** Variables of the environment. */
  readonly env: readonly string[];
  /** What it may learn of the machine. */
  readonly sys: readonly string[];
}

/** What counts for each process: it asks nobody for more, and fetches no code. */
const always = ["run", "--no-prompt", "--cached-only", "--no-remote"] as const;

/**
 * The arguments with which Deno runs a program with these permissions and no others.
 *
 * @param main the absolute path of the program.
 * @throws EnvironmentError when an entry cannot be on a list of Deno's, or would mean more than it names.
 */
export function denoArguments(permissions: Permissions, main: string): readonly string[] {
  const { net, read, write, env, sys } = permissions;
  // It has no sign that takes the meaning from a comma, and a star stands for any host.
  refuse(/[,*]/, "a comma or a star", net);
  refuse(/,/, "a comma", [...read, ...write, ...env, ...sys]);
  const lists = Object.entries({ net, read, write, env, sys }).filter(([, entries]) => entries.length > 0);
  return [...always, ...lists.map(([name, entries]) => `--allow-${name}=${[...new Set(entries)].join(",")}`), main];
}

function refuse(pattern: RegExp, what: string, entries: readonly string[]): void {
  const wrong = entries.find((entry) => pattern.test(entry) || /\p{Cc}/u.test(entry));
  if (wrong === undefined) return;
  throw new EnvironmentError(
    `The process cannot be confined to ${JSON.stringify(wrong)}, because it has ${what} or a control character. Use a variable's value, and a folder, without it: JOURNAL_PATH=/var/lib/saga/journal.sqlite, for example.`,
  );
}
