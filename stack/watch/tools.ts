import { spawnSync } from "node:child_process";
import process from "node:process";

/**
 * Whether Debian's package `prometheus`, with promtool, is installed. `.ci/run` installs it, so that with CI set its absence is an error. Elsewhere the
 * reason for which tests are left out is printed.
 */
export function hasPrometheus(): boolean {
  const missing = ["prometheus", "promtool"].filter((tool) => spawnSync(tool, ["--version"]).error);
  if (missing.length === 0) return true;
  const reason = `Alerts and dashboard are not tried here: ${missing.join(" and ")} of Debian's package prometheus is not installed.`;
  if (process.env["CI"]) throw new Error(reason);
  process.stderr.write(`${reason}\n`);
  return false;
}
