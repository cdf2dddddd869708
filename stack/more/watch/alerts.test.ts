import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { areInstalled } from "../are-installed.ts";
import { readCases, readRules, watchDirectory } from "./watch-files.ts";

const alerts = readRules().flatMap(({ alert, ...rule }) => (alert === undefined ? [] : [{ alert, ...rule }]));
const cases = readCases();

describe.for(alerts)("the alert $alert", ({ alert, labels, annotations }) => {
  it("has a case in which it fires, and one in which it does not", () => {
    const own = cases.filter((one) => one.alert === alert).map(({ fires }) => fires);
    expect(new Set(own)).toEqual(new Set([true, false]));
  });

  it("says how urgent it is, and which section of docs/operate.md says what to do", () => {
    expect(labels?.severity).toBeDefined();
    expect(annotations?.runbook).toBe(`docs/operate.md#${alert.toLowerCase()}`);
    const operate = readFileSync(join(watchDirectory, "../../docs/operate.md"), "utf8");
    expect(operate).toMatch(new RegExp(`^### ${alert}\\n\\nA ${labels?.severity}\\.`, "m"));
  });
});

describe.runIf(areInstalled(["prometheus", "promtool"], "What the alerts fire at"))("promtool", () => {
  it.for([
    ["check", "rules", "alerts.yaml"],
    ["check", "config", "--syntax-only", "prometheus.yaml"],
    ["test", "rules", "alerts.test.yaml"],
  ])("passes %s %s", (command) => {
    const { status, stdout, stderr } = spawnSync("promtool", command, { cwd: watchDirectory, encoding: "utf8" });
    expect(status, `${stdout}${stderr}`).toBe(0);
  });
});
