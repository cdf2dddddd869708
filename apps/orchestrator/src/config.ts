import {
  ARRIVES_WITHIN_MS_DEFAULT,
  type AutoPause,
  defaultAutoPause,
  defaultGateLimits,
  defaultPolicy,
  type GateLimits,
} from "saga-core";
import { day, file, flag, host, httpUrl, integer, optionalInteger, port, readEnvironment } from "service-kit";
import { z } from "zod";
import { accessProblems, accessVariables } from "./access/access-variables.ts";
import { connectionVariables } from "./connection-variables.ts";
import { paidLaterVariables } from "./paid-later-variables.ts";
import { identityKeyProblem, restateVariables } from "./restate-variables.ts";
import { watchVariables } from "./watch-variables.ts";
import { webVariables } from "./web-variables.ts";

export { proxyVariables } from "saga-participant";

export const HOUR_MS = 3_600_000;

/** A limit whose example is its default. */
function limit(
  fallback: number,
  { min = 1, max = HOUR_MS }: { readonly min?: number; readonly max?: number },
  description: string,
) {
  return integer(fallback, { min, max }, { description, example: String(fallback) });
}

function keyed(service: string) {
  const description = `Whether the ${service} answers a repeated Idempotency-Key with its first answer and without a second effect.`;
  return flag(false, { description, example: "true" });
}

function keyRetention(service: string) {
  const description = `How long a keyed ${service} keeps its first answer to a key. After that nothing is sent again, and the saga needs a human.`;
  return limit(24, { max: 876_000 }, description);
}

const callTimeoutNames = ["CALL_TIMEOUT_MS", "STORE_MANAGER_CALL_TIMEOUT_MS", "PAYMENTS_CALL_TIMEOUT_MS"] as const;

function callTimeoutAt(service: string) {
  const description = `The deadline of one call to the ${service}. Unset: \`CALL_TIMEOUT_MS\`.`;
  return optionalInteger({ min: 1, max: HOUR_MS }, { description, example: "5000" });
}

const processVariables = {
  HOST: host(),
  PORT: port(5123),
  JOURNAL_PATH: file("./orchestrator.sqlite", {
    description: "The file with the history of every saga. A relative path is relative to the working directory.",
    example: "/var/lib/saga/journal.sqlite",
  }),
  JOURNAL_ACCEPT: z.enum(["restored", "new"], 'must be "restored" or "new"').optional().meta({
    description:
      "Lets one start through that would be refused: `restored` for a journal that has less than its last owner made durable, or that was copied; `new` where none is left. Set it for that start only.",
    example: "restored",
  }),
  ENGINE: z.enum(["embedded", "restate"], 'must be "embedded" or "restate"').default("embedded").meta({
    description: "The engine: `embedded` in this process alone, or `restate` with any number of processes.",
    example: "restate",
  }),
};

const participantVariables = {
  STORE_MANAGER_URL: httpUrl("http://127.0.0.1:5000", {
    description: "The URL of the Store Manager.",
    example: "http://store-manager:5000",
  }),
  STORE_MANAGER_KEYED: keyed("Store Manager"),
  STORE_MANAGER_KEY_RETENTION_HOURS: keyRetention("Store Manager"),
  STORE_MANAGER_CALL_TIMEOUT_MS: callTimeoutAt("Store Manager"),
  PAYMENTS_URL: httpUrl("http://127.0.0.1:5009", {
    description: "The URL of the Payments API.",
    example: "http://payments:5009",
  }),
  PAYMENTS_KEYED: keyed("Payments API"),
  PAYMENTS_KEY_RETENTION_HOURS: keyRetention("Payments API"),
  PAYMENTS_CALL_TIMEOUT_MS: callTimeoutAt("Payments API"),
  PAYMENTS_ORPHAN_IS_HARMLESS: flag(false, {
    description:
      "For an unkeyed Payments API: whether a payment without its order is harmless, because it is only an intent. If true, a payment in doubt cancels its order and is listed; if false, the saga needs a human.",
    example: "true",
  }),
  CALL_TIMEOUT_MS: limit(
    5_000,
    {},
    `The deadline of one call to a participant, after which its outcome is unknown. It must be below ${ARRIVES_WITHIN_MS_DEFAULT}, the time within which a request may arrive.`,
  ),
};

const policyVariables = {
  RETRY_ATTEMPTS_MAX: limit(
    defaultPolicy.attemptsMax,
    { max: 1_000 },
    "Attempts at a step with an unavailable participant, before the saga turns to compensation.",
  ),
  RETRY_BACKOFF_MS_BASE: limit(
    defaultPolicy.backoffMsBase,
    {},
    "The longest wait before the first repetition. It doubles with each further one, up to `RETRY_BACKOFF_MS_MAX`.",
  ),
  RETRY_BACKOFF_MS_MAX: limit(defaultPolicy.backoffMsMax, {}, "The longest wait before any repetition."),
  SAGA_DEADLINE_MS: limit(
    defaultPolicy.deadlineMs,
    {},
    "Time after the start at which a saga that has not reached its pivot is compensated.",
  ),
  GIVE_UP_HOURS: limit(
    defaultPolicy.giveUpMs / HOUR_MS,
    { max: 8_760 },
    "Time after the start at which a saga with an unsettled call needs a human.",
  ),
};

const loadVariables = {
  SYNC_WAIT_MS_MAX: limit(20_000, { min: 0 }, "How long `POST /saga/order` waits for the end of its saga."),
  SIGNAL_WAIT_MS_MAX: limit(
    5_000,
    { min: 0 },
    "How long a signal by a correlation that no saga has waits for one, before the answer 404. 0: not at all.",
  ),
  SIGNALS_WAITING_MAX: limit(
    1_000,
    { min: 0, max: 1_000_000 },
    "Signals that wait so at a time. Each holds a connection. A further one is refused with 429.",
  ),
  SAGAS_IN_FLIGHT_MAX: limit(10_000, { max: 1_000_000 }, "Sagas in memory at which a new one is refused with 503."),
  STREAMS_PER_ADDRESS_MAX: limit(
    100,
    { min: 0, max: 1_000 },
    "Event streams that one address may have open. 0: no limit but the 1000 of all; needed behind a proxy, where all clients have its address.",
  ),
  CALLS_IN_FLIGHT_MAX: limit(
    defaultGateLimits.callsInFlightMax,
    { max: 10_000 },
    "Calls under way at one participant. Further calls queue.",
  ),
  CIRCUIT_FAILURES_MAX: limit(
    defaultGateLimits.failuresMax,
    { max: 1_000_000 },
    "Different sagas that failed at a participant with no clear answer between, after which its circuit opens: it holds those sagas back, and no other.",
  ),
  CIRCUIT_OPEN_MS_BASE: limit(
    defaultGateLimits.openMsBase,
    {},
    "How long the circuit stays open before one of those sagas tries again. It doubles with each trial that fails, up to `CIRCUIT_OPEN_MS_MAX`.",
  ),
  CIRCUIT_OPEN_MS_MAX: limit(
    defaultGateLimits.openMsMax,
    {},
    "The longest time that a circuit stays open before a trial; a quarter of `SAGA_DEADLINE_MS` if that is less.",
  ),
};

const autoPauseVariables = {
  AUTO_PAUSE_COUNT_MIN: limit(
    defaultAutoPause.countMin,
    { min: 0, max: 1_000_000 },
    "A definition pauses itself when at least this many of its sagas came to need a human within `AUTO_PAUSE_WINDOW_MS`. 0: never. Doubts that a restart made do not count.",
  ),
  AUTO_PAUSE_SHARE_PERCENT_MIN: limit(
    defaultAutoPause.sharePercentMin,
    { max: 100 },
    "The least share of them, in percent, among those that ended or came to need a human within that time.",
  ),
  AUTO_PAUSE_WINDOW_MS: limit(defaultAutoPause.windowMs, { min: 1_000 }, "How far back these sagas are counted."),
  AUTO_PAUSE_TRIALS: limit(
    defaultAutoPause.trials,
    { min: 0, max: 1_000 },
    "After how many trials in a row that need nobody such a pause ends. 0: no trial starts, and only an operator ends the pause.",
  ),
  AUTO_PAUSE_TRIAL_MS: limit(
    defaultAutoPause.trialMs,
    {},
    "While a definition has paused itself, one start is let through as a trial each time this time is over.",
  ),
};

const operationVariables = {
  JOURNAL_RETENTION_DAYS: limit(30, { max: 36_500 }, "How long completed and cancelled sagas are kept. Then they are deleted."),
  IDEMPOTENCY_RETENTION_HOURS: limit(
    24,
    { max: 876_000 },
    "How long after the end of a saga its Idempotency-Key is kept, but no longer than the saga. Until it is deleted it returns its saga.",
  ),
  CLOCK_ACCEPT: day({
    description:
      "The date of today in UTC, where the clock is right although it is more than a day ahead of the newest record: old sagas and keys are then deleted an hour after the start, not a day. It counts while it is within a day of the clock.",
    example: "2026-11-30",
  }),
  LOG_LEVEL: z
    .enum(["debug", "info", "warning", "error"], 'must be "debug", "info", "warning" or "error"')
    .default("info")
    .meta({ description: "The lowest level that is logged. `debug` has a line for every completed saga.", example: "debug" }),
  SHUTDOWN_GRACE_MS: limit(
    9_000,
    { min: 0 },
    "The time from SIGTERM to the end of the process, below the ten seconds after which Docker kills it. Up to two seconds of it, and at most a quarter, are for the last answers, the journal and the log. In the rest sagas go on: no call begins that could not end in it, and what is under way at its end is cut and in doubt, as after a kill.",
  ),
};

/** Every variable of the orchestrator, with its default. docs/configuration.md shows it. */
export const environmentSchema = z
  .object({
    ...processVariables,
    ...webVariables,
    ...accessVariables,
    ...restateVariables,
    ...participantVariables,
    ...connectionVariables,
    ...policyVariables,
    ...paidLaterVariables,
    ...loadVariables,
    ...autoPauseVariables,
    ...operationVariables,
    ...watchVariables,
  })
  .superRefine((variables, context) => {
    for (const [lower, upper] of [
      ["RETRY_BACKOFF_MS_BASE", "RETRY_BACKOFF_MS_MAX"],
      ["CIRCUIT_OPEN_MS_BASE", "CIRCUIT_OPEN_MS_MAX"],
    ] as const) {
      if (variables[lower] <= variables[upper]) continue;
      const message = `must not be above ${upper}, which is ${variables[upper]}`;
      context.addIssue({ code: "custom", path: [lower], message });
    }
    for (const name of callTimeoutNames) {
      if ((variables[name] ?? 0) < ARRIVES_WITHIN_MS_DEFAULT) continue;
      const message = `must be below ${ARRIVES_WITHIN_MS_DEFAULT}, the time within which a request may arrive at a participant`;
      context.addIssue({ code: "custom", path: [name], message });
    }
    for (const [name, message] of accessProblems(variables)) context.addIssue({ code: "custom", path: [name], message });
    const problem = identityKeyProblem(variables);
    if (problem !== undefined) context.addIssue({ code: "custom", path: ["RESTATE_IDENTITY_KEY"], message: problem });
  });

/** The variables that Restate's SDK and undici read when they load. */
export const sdkVariables = ["RESTATE_LOGGING", "UNDICI_NO_WASM_SIMD", "UNDICI_USE_MILO", "JEST_WORKER_ID"] as const;

export type Config = Readonly<z.output<typeof environmentSchema>>;

/** @throws EnvironmentError that names every malformed variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  return readEnvironment(environmentSchema, environment);
}

/** The policy of the order saga. */
export function policyOf(config: Config) {
  return {
    ...defaultPolicy,
    attemptsMax: config.RETRY_ATTEMPTS_MAX,
    backoffMsBase: config.RETRY_BACKOFF_MS_BASE,
    backoffMsMax: config.RETRY_BACKOFF_MS_MAX,
    deadlineMs: config.SAGA_DEADLINE_MS,
    giveUpMs: config.GIVE_UP_HOURS * HOUR_MS,
  };
}

/** The options for the client of one participant. */
export function participantOptionsOf(config: Config, participant: "STORE_MANAGER" | "PAYMENTS") {
  const keyed = config[`${participant}_KEYED` as const];
  return {
    url: config[`${participant}_URL` as const],
    keyed,
    // Only the client whose connections are not kept knows proxies.
    keepsConnections: keyed && !config.PROXY_FROM_ENVIRONMENT,
    keyRetentionMs: config[`${participant}_KEY_RETENTION_HOURS` as const] * HOUR_MS,
    callTimeoutMs: config[`${participant}_CALL_TIMEOUT_MS` as const] ?? config.CALL_TIMEOUT_MS,
  };
}

/** The limits at one participant. */
export function gateLimitsOf(config: Config): GateLimits {
  return {
    callsInFlightMax: config.CALLS_IN_FLIGHT_MAX,
    failuresMax: config.CIRCUIT_FAILURES_MAX,
    openMsBase: config.CIRCUIT_OPEN_MS_BASE,
    openMsMax: config.CIRCUIT_OPEN_MS_MAX,
  };
}

/** When the order saga pauses itself. */
export function autoPauseOf(config: Config): AutoPause {
  return {
    countMin: config.AUTO_PAUSE_COUNT_MIN,
    sharePercentMin: config.AUTO_PAUSE_SHARE_PERCENT_MIN,
    windowMs: config.AUTO_PAUSE_WINDOW_MS,
    trials: config.AUTO_PAUSE_TRIALS,
    trialMs: config.AUTO_PAUSE_TRIAL_MS,
  };
}

/** How long the journal keeps sagas that have ended, and their keys. */
export function retentionOf(config: Config): { readonly sagasMs: number; readonly keysMs: number } {
  return { sagasMs: config.JOURNAL_RETENTION_DAYS * 24 * HOUR_MS, keysMs: config.IDEMPOTENCY_RETENTION_HOURS * HOUR_MS };
}
