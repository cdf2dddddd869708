import process from "node:process";
import { systemClock } from "saga-clock";
import type { Controller } from "saga-core";
import { runtimeOf, SERVICE } from "../build.ts";
import type { Config } from "../config.ts";
import { SagaMetrics } from "./saga-metrics.ts";

/** The metrics that the configuration requests; undefined: none. */
export function metricsOf(config: Config, served: readonly Controller[]): SagaMetrics | undefined {
  if (!config.METRICS) return undefined;
  return new SagaMetrics({
    clock: systemClock,
    build: {
      version: SERVICE.version,
      commit: config.BUILD_COMMIT ?? "",
      runtime: runtimeOf(process.versions),
      engine: config.ENGINE,
    },
    definitions: served.map(({ name }) => name),
  });
}
