import { spawnSync } from "node:child_process";
import process from "node:process";

/**
 * Whether these programs of Debian's are installed. `.ci/run` installs them, so that their absence is an error where CI is set. Elsewhere the reason for
 * which tests are left out is printed.
 *
 * @param what what is not tried without them.
 */
export function areInstalled(programs: readonly string[], what: string): boolean {
  const missing = programs.filter((program) => spawnSync(program, ["--version"]).error);
  if (missing.length === 0) return true;
  const reason = `${what} is not tried here: ${missing.join(" and ")} is not installed.`;
  if (process.env["CI"]) throw new Error(reason);
  process.stderr.write(`${reason}\n`);
  return false;
}
