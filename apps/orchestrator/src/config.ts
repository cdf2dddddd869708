import { defaultGateLimits, defaultPolicy, type GateLimits } from "saga-core";
import type { Retention } from "saga-sqlite";
import { file, flag, host, httpUrl, integer, port, readEnvironment } from "service-kit";
import { z } from "zod";

export const HOUR_MS = 3_600_000;

const keyedAbout = "answers a repeated Idempotency-Key with its first answer, and without a second effect";

const keyRetention = (service: string) =>
  integer(
    24,
    { min: 1, max: 876_000 },
    {
      description: `Of a keyed ${service}: how long it keeps its first answer to a key. After that nothing is sent again, and a human is asked.`,
      example: "24",
    },
  );

/** Every variable of the orchestrator, with its default. The README's table is compared with it. */
export const environmentSchema = z
  .object({
    HOST: host(),
    PORT: port(5123),
    JOURNAL_PATH: file("./orchestrator.sqlite", {
      description: "The file that holds every saga's history; a relative path starts at the directory that the process runs in.",
      example: "/var/lib/saga/journal.sqlite",
    }),
    ENGINE: z.enum(["embedded", "restate"], 'must be "embedded" or "restate"').default("embedded").meta({
      description: "What drives sagas: this process alone, or Restate with any number of processes.",
      example: "restate",
    }),
    RESTATE_INGRESS_URL: httpUrl("http://127.0.0.1:8080", {
      description: "With `ENGINE=restate`: where Restate takes requests.",
      example: "http://restate:8080",
    }),
    RESTATE_ADMIN_URL: httpUrl("http://127.0.0.1:9070", {
      description: "With `ENGINE=restate`: where Restate is administered and queried.",
      example: "http://restate:9070",
    }),
    RESTATE_ENDPOINT_PORT: integer(
      9_080,
      { min: 0, max: 65_535 },
      {
        description: "With `ENGINE=restate`: the port at which Restate calls this process; 0 takes a free one.",
        example: "9080",
      },
    ),
    RESTATE_ENDPOINT_URL: httpUrl(undefined, {
      description:
        "With `ENGINE=restate`: how Restate reaches that port; the same for all processes of one release, behind a balancer. Unset: this process alone, at `HOST`.",
      example: "http://orchestrators:9080",
    }),
    RESTATE_NAMESPACE: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,31}$/, "must be a letter and up to 31 letters, digits, - or _")
      .default("orders")
      .meta({
        description: "With `ENGINE=restate`: what this installation's services are named by; two on one Restate differ in it.",
        example: "shop-orders",
      }),
    RESTATE_IDENTITY_KEY: z
      .string()
      .regex(/^publickeyv1_\w+$/, "must be a public key as Restate logs it at its start")
      .optional()
      .meta({
        description: "With `ENGINE=restate`: the public key of the Restate that may call. Unset: whoever reaches the port may.",
        example: "publickeyv1_2G8dCQhArfvGpzPw5Vx2ALciR4xCLHfS5YaT93XjNxX9",
      }),
    STORE_MANAGER_URL: httpUrl("http://127.0.0.1:5000", {
      description: "Where the Store Manager is.",
      example: "http://store-manager:5000",
    }),
    STORE_MANAGER_KEYED: flag(false, { description: `Whether the Store Manager ${keyedAbout}.`, example: "true" }),
    STORE_MANAGER_KEY_RETENTION_HOURS: keyRetention("Store Manager"),
    PAYMENTS_URL: httpUrl("http://127.0.0.1:5009", {
      description: "Where the Payments API is.",
      example: "http://payments:5009",
    }),
    PAYMENTS_KEYED: flag(false, { description: `Whether the Payments API ${keyedAbout}.`, example: "true" }),
    PAYMENTS_KEY_RETENTION_HOURS: keyRetention("Payments API"),
    PAYMENTS_ORPHAN_IS_HARMLESS: flag(false, {
      description:
        "Of an unkeyed Payments API: whether nobody minds a payment without its order, because it is only an intent. A payment in doubt then cancels its order, and is listed; otherwise a human is asked.",
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
        description: "Attempts at a step whose participant is unavailable, before the saga turns to compensation.",
        example: "8",
      },
    ),
    RETRY_BACKOFF_MS_BASE: integer(
      defaultPolicy.backoffMsBase,
      { min: 1, max: HOUR_MS },
      { description: "The longest wait before the first repetition; it doubles with each further one.", example: "50" },
    ),
    RETRY_BACKOFF_MS_MAX: integer(
      defaultPolicy.backoffMsMax,
      { min: 1, max: HOUR_MS },
      { description: "Where that doubling stops.", example: "2000" },
    ),
    SAGA_DEADLINE_MS: integer(
      defaultPolicy.deadlineMs,
      { min: 1, max: HOUR_MS },
      {
        description: "From the start to the instant from which on a saga before its pivot turns to compensation.",
        example: "15000",
      },
    ),
    GIVE_UP_HOURS: integer(
      defaultPolicy.giveUpMs / HOUR_MS,
      { min: 1, max: 8_760 },
      { description: "From the start to the instant from which on an unsettled call is left to a human.", example: "24" },
    ),
    SYNC_WAIT_MS_MAX: integer(
      20_000,
      { min: 0, max: HOUR_MS },
      { description: "How long POST /saga/order waits for the end of its saga.", example: "20000" },
    ),
    SAGAS_IN_FLIGHT_MAX: integer(
      10_000,
      { min: 1, max: 1_000_000 },
      { description: "Sagas in flight beyond which a new one is refused with 503.", example: "10000" },
    ),
    CALLS_IN_FLIGHT_MAX: integer(
      defaultGateLimits.callsInFlightMax,
      { min: 1, max: 10_000 },
      { description: "Calls under way at one participant; further ones queue.", example: "64" },
    ),
    CIRCUIT_FAILURES_MAX: integer(
      defaultGateLimits.failuresMax,
      { min: 1, max: 1_000_000 },
      {
        description: "Calls in a row without an answer, after which a participant is taken for dead and left alone.",
        example: "10",
      },
    ),
    CIRCUIT_OPEN_MS_BASE: integer(
      defaultGateLimits.openMsBase,
      { min: 1, max: HOUR_MS },
      {
        description: "How long it is then left alone before one call tries it again; it doubles with every one that fails.",
        example: "1000",
      },
    ),
    CIRCUIT_OPEN_MS_MAX: integer(
      defaultGateLimits.openMsMax,
      { min: 1, max: HOUR_MS },
      { description: "Where that doubling stops.", example: "30000" },
    ),
    JOURNAL_RETENTION_DAYS: integer(
      30,
      { min: 1, max: 36_500 },
      { description: "How long sagas are kept that are completed or cancelled; then they are deleted.", example: "30" },
    ),
    IDEMPOTENCY_RETENTION_HOURS: integer(
      24,
      { min: 1, max: 876_000 },
      {
        description:
          "From the end of a saga, how long its Idempotency-Key gives the same saga; at most as long as the saga is kept.",
        example: "24",
      },
    ),
    LOG_LEVEL: z
      .enum(["debug", "info", "warning", "error"], 'must be "debug", "info", "warning" or "error"')
      .default("info")
      .meta({ description: "The least that is logged; `debug` has a line for every saga that completed.", example: "debug" }),
    SHUTDOWN_GRACE_MS: integer(
      10_000,
      { min: 0, max: HOUR_MS },
      {
        description: "After SIGTERM, how long sagas may go on to their end; then they wait for the next start.",
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

/** What Restate's SDK asks the environment for when it is loaded. */
export const sdkVariables = ["RESTATE_LOGGING"] as const;

export type Config = Readonly<z.output<typeof environmentSchema>>;

/** @throws EnvironmentError that names every malformed variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  return readEnvironment(environmentSchema, environment);
}

/** How patient the order saga is. */
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

/** What one participant is burdened with. */
export function gateLimitsOf(config: Config): GateLimits {
  return {
    callsInFlightMax: config.CALLS_IN_FLIGHT_MAX,
    failuresMax: config.CIRCUIT_FAILURES_MAX,
    openMsBase: config.CIRCUIT_OPEN_MS_BASE,
    openMsMax: config.CIRCUIT_OPEN_MS_MAX,
  };
}

/** For how long the journal keeps what has ended. */
export function retentionOf(config: Config): Retention {
  return { sagasMs: config.JOURNAL_RETENTION_DAYS * 24 * HOUR_MS, keysMs: config.IDEMPOTENCY_RETENTION_HOURS * HOUR_MS };
}
