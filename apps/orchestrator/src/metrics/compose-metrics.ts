import process from "node:process";
import { systemClock } from "saga-clock";
import type { Controller } from "saga-core";
import { openPhaseNames } from "saga-core/engine";
import type { Build } from "saga-http";
import { runtimeOf, SERVICE } from "../build.ts";
import type { Config } from "../config.ts";
import { OpenSagas } from "./open-sagas.ts";
import { SagaMetrics } from "./saga-metrics.ts";

/** The metrics that the configuration requests; undefined: none. */
export function metricsOf(config: Config, served: readonly Controller[]): SagaMetrics | undefined {
  if (!config.METRICS) return undefined;
  const { version, runtime, commit = "" } = buildOf(config);
  const build = { version, commit, runtime, engine: config.ENGINE };
  return new SagaMetrics({ clock: systemClock, build, definitions: served.map(({ name }) => name) });
}

/** The open sagas that this process is told of. What stands in Restate may go on in another process, which this one is not told. */
export function openSagasOf({ ENGINE }: Config): OpenSagas {
  return new OpenSagas(ENGINE === "restate" ? ["in_doubt", "undoing", "settling", "retrying", "forward"] : openPhaseNames);
}

/** What runs. */
export function buildOf({ ENGINE: engine, BUILD_COMMIT: commit }: Config): Build {
  return { ...SERVICE, ...(commit !== undefined && { commit }), runtime: runtimeOf(process.versions), engine };
}
