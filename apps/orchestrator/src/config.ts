import { defaultGateLimits, defaultPolicy, type GateLimits } from "saga-core";
import { file, flag, host, httpUrl, integer, port, readEnvironment } from "service-kit";
import { z } from "zod";

export const HOUR_MS = 3_600_000;

const keyedAbout = "answers a repeated Idempotency-Key with its first answer and without a second effect";

const keyRetention = (service: string) =>
  integer(
    24,
    { min: 1, max: 876_000 },
    {
      description: `How long a keyed ${service} keeps its first answer to a key. After that nothing is sent again, and the saga needs a human.`,
      example: "24",
    },
  );

/** Every variable of the orchestrator, with its default. docs/configuration.md shows it. */
export const environmentSchema = z
  .object({
    HOST: host(),
    PORT: port(5123),
    JOURNAL_PATH: file("./orchestrator.sqlite", {
      description: "The file with the history of every saga. A relative path is relative to the working directory.",
      example: "/var/lib/saga/journal.sqlite",
    }),
    ENGINE: z.enum(["embedded", "restate"], 'must be "embedded" or "restate"').default("embedded").meta({
      description: "The engine: `embedded` in this process alone, or `restate` with any number of processes.",
      example: "restate",
    }),
    RESTATE_INGRESS_URL: httpUrl("http://127.0.0.1:8080", {
      description: "With `ENGINE=restate`: the URL of Restate's ingress.",
      example: "http://restate:8080",
    }),
    RESTATE_ADMIN_URL: httpUrl("http://127.0.0.1:9070", {
      description: "With `ENGINE=restate`: the URL of Restate's admin API.",
      example: "http://restate:9070",
    }),
    RESTATE_ENDPOINT_PORT: integer(
      9_080,
      { min: 0, max: 65_535 },
      {
        description: "With `ENGINE=restate`: the port on which Restate calls this process; 0 takes a free one.",
        example: "9080",
      },
    ),
    RESTATE_ENDPOINT_URL: httpUrl(undefined, {
      description:
        "With `ENGINE=restate`: the URL at which Restate reaches that port; the same for all processes of one release, behind a balancer. Unset: this process alone, at `HOST`.",
      example: "http://orchestrators:9080",
    }),
    RESTATE_NAMESPACE: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,31}$/, "must be a letter and up to 31 letters, digits, - or _")
      .default("orders")
      .meta({
        description:
          "With `ENGINE=restate`: the prefix of this installation's service names. Two installations on one Restate need different ones.",
        example: "shop-orders",
      }),
    RESTATE_IDENTITY_KEY: z
      .string()
      .regex(/^publickeyv1_\w+$/, "must be a public key as Restate logs it at its start")
      .optional()
      .meta({
        description:
          "With `ENGINE=restate`: the public key of the Restate that may call this process. Unset: anyone who reaches the port may call it.",
        example: "publickeyv1_2G8dCQhArfvGpzPw5Vx2ALciR4xCLHfS5YaT93XjNxX9",
      }),
    STORE_MANAGER_URL: httpUrl("http://127.0.0.1:5000", {
      description: "The URL of the Store Manager.",
      example: "http://store-manager:5000",
    }),
    STORE_MANAGER_KEYED: flag(false, { description: `Whether the Store Manager ${keyedAbout}.`, example: "true" }),
    STORE_MANAGER_KEY_RETENTION_HOURS: keyRetention("Store Manager"),
    PAYMENTS_URL: httpUrl("http://127.0.0.1:5009", {
      description: "The URL of the Payments API.",
      example: "http://payments:5009",
    }),
    PAYMENTS_KEYED: flag(false, { description: `Whether the Payments API ${keyedAbout}.`, example: "true" }),
    PAYMENTS_KEY_RETENTION_HOURS: keyRetention("Payments API"),
    PAYMENTS_ORPHAN_IS_HARMLESS: flag(false, {
      description:
        "For an unkeyed Payments API: whether a payment without its order is harmless, because it is only an intent. If true, a payment in doubt cancels its order and is listed; if false, the saga needs a human.",
      example: "true",
    }),
    CALL_TIMEOUT_MS: integer(
      5_000,
      { min: 1, max: 600_000 },
      { description: "The deadline of one call to a participant.", example: "5000" },
    ),
    RETRY_ATTEMPTS_MAX: integer(
      defaultPolicy.attemptsMax,
      { min: 1, max: 1_000 },
      {
        description: "Attempts at a step with an unavailable participant, before the saga turns to compensation.",
        example: "8",
      },
    ),
    RETRY_BACKOFF_MS_BASE: integer(
      defaultPolicy.backoffMsBase,
      { min: 1, max: HOUR_MS },
      {
        description:
          "The longest wait before the first repetition. It doubles with each further one, up to `RETRY_BACKOFF_MS_MAX`.",
        example: "50",
      },
    ),
    RETRY_BACKOFF_MS_MAX: integer(
      defaultPolicy.backoffMsMax,
      { min: 1, max: HOUR_MS },
      { description: "The longest wait before any repetition.", example: "2000" },
    ),
    SAGA_DEADLINE_MS: integer(
      defaultPolicy.deadlineMs,
      { min: 1, max: HOUR_MS },
      {
        description: "Time after the start at which a saga that has not reached its pivot is compensated.",
        example: "15000",
      },
    ),
    GIVE_UP_HOURS: integer(
      defaultPolicy.giveUpMs / HOUR_MS,
      { min: 1, max: 8_760 },
      { description: "Time after the start at which a saga with an unsettled call needs a human.", example: "24" },
    ),
    SYNC_WAIT_MS_MAX: integer(
      20_000,
      { min: 0, max: HOUR_MS },
      { description: "How long `POST /saga/order` waits for the end of its saga.", example: "20000" },
    ),
    SAGAS_IN_FLIGHT_MAX: integer(
      10_000,
      { min: 1, max: 1_000_000 },
      { description: "Sagas in memory at which a new one is refused with 503.", example: "10000" },
    ),
    CALLS_IN_FLIGHT_MAX: integer(
      defaultGateLimits.callsInFlightMax,
      { min: 1, max: 10_000 },
      { description: "Calls under way at one participant. Further calls queue.", example: "64" },
    ),
    CIRCUIT_FAILURES_MAX: integer(
      defaultGateLimits.failuresMax,
      { min: 1, max: 1_000_000 },
      {
        description: "Calls in a row without an answer, after which the circuit of a participant opens: it is not called.",
        example: "10",
      },
    ),
    CIRCUIT_OPEN_MS_BASE: integer(
      defaultGateLimits.openMsBase,
      { min: 1, max: HOUR_MS },
      {
        description:
          "How long the circuit stays open before one trial call. It doubles with each trial that fails, up to `CIRCUIT_OPEN_MS_MAX`.",
        example: "1000",
      },
    ),
    CIRCUIT_OPEN_MS_MAX: integer(
      defaultGateLimits.openMsMax,
      { min: 1, max: HOUR_MS },
      { description: "The longest time that a circuit stays open before a trial call.", example: "30000" },
    ),
    JOURNAL_RETENTION_DAYS: integer(
      30,
      { min: 1, max: 36_500 },
      { description: "How long completed and cancelled sagas are kept. Then they are deleted.", example: "30" },
    ),
    IDEMPOTENCY_RETENTION_HOURS: integer(
      24,
      { min: 1, max: 876_000 },
      {
        description:
          "How long after the end of a saga its Idempotency-Key still returns it; at most as long as the saga is kept.",
        example: "24",
      },
    ),
    LOG_LEVEL: z
      .enum(["debug", "info", "warning", "error"], 'must be "debug", "info", "warning" or "error"')
      .default("info")
      .meta({ description: "The lowest level that is logged. `debug` has a line for every completed saga.", example: "debug" }),
    SHUTDOWN_GRACE_MS: integer(
      10_000,
      { min: 0, max: HOUR_MS },
      {
        description: "How long running sagas may go on after SIGTERM. The others wait for the next start.",
        example: "10000",
      },
    ),
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
  });

/** The variables that Restate's SDK reads when it is loaded. */
export const sdkVariables = ["RESTATE_LOGGING"] as const;

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

/** The limits at one participant. */
export function gateLimitsOf(config: Config): GateLimits {
  return {
    callsInFlightMax: config.CALLS_IN_FLIGHT_MAX,
    failuresMax: config.CIRCUIT_FAILURES_MAX,
    openMsBase: config.CIRCUIT_OPEN_MS_BASE,
    openMsMax: config.CIRCUIT_OPEN_MS_MAX,
  };
}

/** For how long the journal keeps what has ended. */
export function retentionOf(config: Config): { readonly sagasMs: number; readonly keysMs: number } {
  return { sagasMs: config.JOURNAL_RETENTION_DAYS * 24 * HOUR_MS, keysMs: config.IDEMPOTENCY_RETENTION_HOURS * HOUR_MS };
}
