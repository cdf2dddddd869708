import { describe, expect, it } from "vitest";
import { ignoredBy } from "./ignored.ts";

describe("the reading of .dockerignore", () => {
  const isIgnored = ignoredBy("# A comment\n*\n!apps\n**/node_modules\n**/*.test.ts\napps/*/contract\n");

  it.for([
    ["docs", true],
    ["docs/page.md", true],
    ["apps", false],
    ["apps/orchestrator/src/main.ts", false],
    ["apps/orchestrator/src/main.test.ts", true],
    ["apps/orchestrator/node_modules/zod/index.js", true],
    ["apps/orchestrator/contract", true],
    ["apps/orchestrator/contract/payments.ts", true],
    ["apps/orchestrator/src/contract", false],
    ["apps-of-others", true],
  ] as const)("keeps %s out of the build: %s", ([path, isOut]) => {
    expect(isIgnored(path)).toBe(isOut);
  });
});
