import { createConfig, lintFromString } from "@redocly/openapi-core";

/** The findings of @redocly/cli's recommended rules in an OpenAPI document. */
export async function lint(document: unknown): Promise<readonly string[]> {
  const config = await createConfig({ extends: ["recommended"] });
  const findings = await lintFromString({ source: JSON.stringify(document), absoluteRef: "openapi.json", config });
  return findings.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer} ${message}`);
}
