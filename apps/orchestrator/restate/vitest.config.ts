import { defineConfig } from "vitest/config";

// The behaviour tests of the orchestrator, on Restate.
export default defineConfig({
  test: {
    include: [
      "src/compose.test.ts",
      "src/bad-input.test.ts",
      "src/from-a-web-page.test.ts",
      "src/existing-services.test.ts",
      "src/clock-ahead.test.ts",
      "src/metrics.test.ts",
      "src/overview.test.ts",
      "src/canaries.test.ts",
      "src/foretold-orders.test.ts",
      "restate/signals.test.ts",
    ],
    globalSetup: ["restate/restate-under-test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
