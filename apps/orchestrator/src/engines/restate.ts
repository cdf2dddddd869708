import { getLogger } from "@logtape/logtape";
import { systemClock } from "saga-clock";
import { listenForRestate, RestateEngine } from "saga-restate";
import { boundConnections, ListenError } from "service-kit";
import { v7 as uuidv7 } from "uuid";
import { type Config, retentionOf } from "../config.ts";
import { RESTATE_CONNECTIONS_MAX } from "../restate-variables.ts";
import { stopTimesOf } from "../stop-times.ts";
import type { ComposeEngine } from "./composed-engine.ts";
import { LateDeletionTime } from "./late-deletion-time.ts";
import { logEnd } from "./log-end.ts";

/** Sagas on Restate, which calls this process and any number of others. */
export const composeRestate: ComposeEngine = async (config, { controllers, journalWatch: _none, ...parts }) => {
  const deletionTime = new LateDeletionTime();
  const engine = new RestateEngine({
    controllers,
    ingressUrl: config.RESTATE_INGRESS_URL,
    adminUrl: config.RESTATE_ADMIN_URL,
    namespace: config.RESTATE_NAMESPACE,
    clock: systemClock,
    random: Math.random,
    newId: uuidv7,
    sagasInFlightMax: config.SAGAS_IN_FLIGHT_MAX,
    signalWaitMsMax: config.SIGNAL_WAIT_MS_MAX,
    signalsWaitingMax: config.SIGNALS_WAITING_MAX,
    ...parts,
    retention: retentionOf(config),
    deletionTime,
    onEvent: logEnd,
  });
  const endpoint = await listen(config, engine);
  const { drainMs, engineMs } = stopTimesOf(config);
  // Meanwhile Restate journals the reports of the last calls.
  const close = () => endpoint.close(engineMs);
  try {
    const open = await engine.register(config.RESTATE_ENDPOINT_URL ?? `http://${hostInUrl(config.HOST)}:${endpoint.port}`);
    // The start does not wait for it: in a large installation it takes a while.
    deletionTime.learn(config, (instant) => engine.recordedTimes(instant));
    return {
      engine,
      index: engine.index,
      open,
      unreadiness: () => engine.failure,
      // Restate has every saga: this process continues as soon as Restate does.
      failed: new Promise<never>(() => undefined),
      drain: () => engine.drain(drainMs),
      close,
    };
  } catch (error) {
    await engine.drain(0);
    await close();
    throw error;
  }
};

async function listen(config: Config, engine: RestateEngine) {
  const { HOST: host, RESTATE_ENDPOINT_PORT: port, RESTATE_IDENTITY_KEY: key } = config;
  const log = getLogger(["orchestrator", "restate"]);
  try {
    return await listenForRestate({
      services: engine.services,
      host,
      port,
      ...(key !== undefined && { identityKeys: [key] }),
      prepare: (server) => boundConnections(server, { connectionsMax: RESTATE_CONNECTIONS_MAX }),
      onWarning: (message) => log.warn("Restate's SDK: {message}", { message }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = "Set RESTATE_ENDPOINT_PORT to another one (0 takes a free one), and HOST to an address of this machine.";
    throw new ListenError(`Port ${port} of ${host}, for Restate, cannot be listened on (${reason}). ${advice}`, { cause });
  }
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
