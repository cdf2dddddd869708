import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** Where what watches the orchestrator is configured. */
export const watchDirectory = join(import.meta.dirname, "../../../deploy/watch");

const rule = z.object({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  labels: z.object({ severity: z.enum(["page", "ticket"]) }).optional(),
  annotations: z.object({ summary: z.string(), runbook: z.string() }).optional(),
});
const ruleFile = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) });

/** The rules of alerts.yaml. */
export function readRules(): readonly z.output<typeof rule>[] {
  return ruleFile.parse(parse(read("alerts.yaml"))).groups.flatMap(({ rules }) => rules);
}

const ruleTests = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()).default([]) })),
    }),
  ),
});

/** The cases of alerts.test.yaml: of which alert, and whether it fires. */
export function readCases(): readonly { readonly alert: string; readonly fires: boolean }[] {
  return ruleTests
    .parse(parse(read("alerts.test.yaml")))
    .tests.flatMap((test) =>
      test.alert_rule_test.map(({ alertname, exp_alerts: expected }) => ({ alert: alertname, fires: expected.length > 0 })),
    );
}

const dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
});

/** Every expression of the dashboard, with the title of its panel. */
export function readExpressions(): readonly { readonly title: string; readonly expr: string }[] {
  return dashboard
    .parse(JSON.parse(read("grafana/saga-orchestrator.json")))
    .panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
}

function read(name: string): string {
  return readFileSync(join(watchDirectory, name), "utf8");
}
