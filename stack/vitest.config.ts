import { defineConfig } from "vitest/config";

// Whole processes are started on a noisy machine: the limit is there for what hangs, not for what is slow.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false } });
