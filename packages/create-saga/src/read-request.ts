import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

export type Runtime = "deno" | "node";

/** What the command line asks for. */
export interface Request {
  /** The folder to make, as it was written. */
  readonly folder: string;
  /** The name of the project and of its definition: the last part of the folder's path. */
  readonly name: string;
  readonly runtime: Runtime;
  /** A folder with the tarballs of a release, while none is published. */
  readonly from: string | undefined;
}

export const usage = `Makes a folder with a first saga of its own: one participant, its tests, an exploration, the REST surface and a dev command.

  create-saga my-saga                   for Node 24 or newer
  create-saga my-saga --runtime deno    for Deno
  create-saga my-saga --from DIR        with the packages from the tarballs in DIR, while they are not published

The last part of the path names the saga. The folder must be empty, or not there yet.
`;

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const NAME_LENGTH_MAX = 50;

/**
 * Reads the command line; undefined if it asks for help.
 *
 * @throws UsageError when it cannot be understood.
 */
export function readRequest(parameters: readonly string[], cwd: string): Request | undefined {
  const { values, positionals } = parse(parameters);
  if (values.help) return undefined;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new UsageError(`Give one folder to make.\n\n${usage}`);
  const name = basename(resolve(cwd, folder));
  if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
    const rule = `at most ${NAME_LENGTH_MAX} small letters, digits and single hyphens, a letter first, like my-saga`;
    throw new UsageError(`"${name}" cannot name a saga: take ${rule}.`);
  }
  const { runtime } = values;
  if (runtime !== "deno" && runtime !== "node") throw new UsageError(`--runtime is deno or node, not "${runtime}".`);
  return { folder, name, runtime, from: values.from };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        runtime: { type: "string", default: "node" },
        from: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UsageError(`${cause.message}\n\n${usage}`, { cause });
  }
}
