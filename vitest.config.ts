import { defineConfig } from "vitest/config";

// No test asserts a duration: the limits are there for what hangs, not for what is slow on a busy machine.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } } });
