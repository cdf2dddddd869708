import { getLogger } from "@logtape/logtape";
import { systemClock } from "saga-clock";
import { consoleApp, Sessions } from "saga-console";
import type { Drained, Pause } from "saga-core";
import { type SagaAppOptions, type SagaResource, sagaApp } from "saga-http";
import { nameServerSpan } from "service-kit";
import { authenticateBy } from "./access/authenticate.ts";
import { RefusalLog } from "./access/refusal-log.ts";
import { RecentActivity } from "./activity/recent-activity.ts";
import { SERVICE } from "./build.ts";
import { autoPauseOf, type Config, gateLimitsOf, participantOptionsOf, policyOf } from "./config.ts";
import { connectionOf } from "./connection-of.ts";
import { credentialOf } from "./credentials/credential-of.ts";
import type { ParticipantName } from "./credentials/credential-variables.ts";
import { circuitLog } from "./engines/circuit-log.ts";
import type { ComposeEngine } from "./engines/composed-engine.ts";
import { composeEmbedded } from "./engines/embedded.ts";
import { logSagas } from "./engines/log-sagas.ts";
import { inOrder } from "./in-order.ts";
import { buildOf, metricsOf, openSagasOf } from "./metrics/compose-metrics.ts";
import { orderInput, orderResult } from "./order/order.ts";
import { OrderPaidLaterSagaController } from "./order/order-paid-later-saga.ts";
import { type OrderParticipants, OrderSagaController } from "./order/order-saga.ts";
import { OrderSagaV1Controller } from "./order/order-saga-v1.ts";
import { Payments } from "./participants/payments.ts";
import type { ParticipantOptions } from "./participants/service.ts";
import { StoreManager } from "./participants/store-manager.ts";
import { swaggerUi } from "./swagger-ui.ts";
import { hostTracing } from "./tracing.ts";
import { webOptionsOf } from "./web-variables.ts";

type Fetch = (request: Request, bindings?: object) => Response | Promise<Response>;

/** The orchestrator, ready to serve requests, with the functions that stop it. */
export interface Orchestrator {
  /** @param bindings what the server passes beside the request; it has the client's address. */
  readonly fetch: Fetch;
  /** The routes of operators, where they have a port of their own; then `fetch` has those of callers. */
  readonly fetchForOperators: Fetch | undefined;
  /** How many unfinished sagas the journal had at the start. They continue. */
  readonly open: number;
  /** Rejects when this process can run no more sagas. The next process resumes the recorded ones. */
  readonly failed: Promise<never>;
  /**
   * Refuses new sagas, lets the running ones go on for most of `SHUTDOWN_GRACE_MS`, and says what is left. Requests are still answered.
   *
   * @throws JournalError when the journal does not hold everything that happened.
   */
  readonly drain: () => Promise<Drained>;
  /**
   * Releases the journal or the connection to Restate. Send no request after it.
   *
   * @throws JournalError when the journal does not hold everything that happened, or is gone.
   */
  readonly close: () => Promise<void>;
}

const engines: Readonly<Record<Config["ENGINE"], ComposeEngine>> = {
  embedded: composeEmbedded,
  // The import is dynamic so that the embedded engine does not load Restate's SDK.
  restate: async (config, parts) => (await import("./engines/restate.ts")).composeRestate(config, parts),
};

/**
 * The only wiring: participants -> handlers -> controllers -> engine -> app.
 *
 * @param others further definitions to serve. Default: none.
 */
export async function compose(config: Config, others: readonly SagaResource[] = []): Promise<Orchestrator> {
  const log = getLogger(["orchestrator"]);
  // Before anything is opened: a file of tokens that cannot be read ends the start.
  const authenticate = authenticateBy(config);
  const participants = orderParticipantsOf(config, (participant, kind) => metrics?.connected(participant, kind));
  const order = orderSagaOf(config, participants);
  const earlier = [earlierOrderSagaOf(config, participants)];
  const paidLater = paidLaterSagaOf(config, participants);
  const tracing = hostTracing();
  const orders = (paidLater ? [order, paidLater] : [order]).map((controller) => ({
    controller,
    input: orderInput,
    result: orderResult,
  }));
  const resources: readonly SagaResource[] = [...orders, ...others];
  const metrics = metricsOf(
    config,
    resources.map(({ controller }) => controller),
  );
  const openSagas = openSagasOf(config);
  const recent = new RecentActivity(systemClock);
  const { engine, index, open, restingCounts, dependencies, unreadiness, failed, drain, close } = await engines[config.ENGINE](
    config,
    {
      controllers: [...resources.map(({ controller }) => controller), ...earlier],
      gateLimits: gateLimitsOf(config),
      autoPause: autoPauseOf(config),
      onDefect: (error, sagaId) => log.error("A defect in saga {sagaId}: {error}", { sagaId, error }),
      onCircuit: circuitLog(systemClock),
      onAutoPause: logAutoPause,
      observers: [openSagas, recent, logSagas(), ...(metrics ? [metrics] : []), ...(tracing ? [tracing.observer] : [])],
      journalWatch: metrics,
    },
  );
  const openCounts = () => [...openSagas.counts, ...(restingCounts?.() ?? [])];
  metrics?.watch({
    participants: () => engine.participants(),
    knownPauses: () => engine.knownPauses(),
    unreadable: () => engine.unreadable(),
    unreadiness,
    openCounts,
  });
  const refusals = new RefusalLog(systemClock);
  let isDraining = false;
  const options: SagaAppOptions = {
    info: {
      title: "Saga orchestrator",
      version: SERVICE.version,
      description:
        "Carries a business transaction across services that share no database: all of it happens, or none of it does.",
    },
    engine: tracing?.traced(engine) ?? engine,
    index,
    clock: systemClock,
    resources,
    earlier,
    syncWaitMsMax: config.SYNC_WAIT_MS_MAX,
    ...webOptionsOf(config),
    swaggerUi,
    unreadiness: () => (isDraining ? "The orchestrator is stopping." : unreadiness()),
    connectionOf,
    streamsPerAddressMax: config.STREAMS_PER_ADDRESS_MAX,
    onError: (error) => log.error("A request could not be answered: {error}", { error }),
    ...(authenticate && { authenticate }),
    onRefused: refusals.log,
    build: buildOf(config),
    openCounts,
    activity: () => recent.activity,
    dependencies,
    ...(metrics && { metrics, onStream: (change) => metrics.streamed(change) }),
    ...(tracing && { onRoute: ({ method, path }) => nameServerSpan(method, path) }),
  };
  const hasTwo = config.OPERATOR_PORT !== undefined;
  const app = await orElse(
    () => (hasTwo ? sagaApp({ ...options, audience: "callers" }) : withConsole(config, { ...options, audience: "both" })),
    [drain, close],
  );
  const forOperators = hasTwo
    ? await orElse(() => withConsole(config, { ...options, audience: "operators" }), [drain, close])
    : undefined;
  return {
    fetch: (request, bindings) => app.fetch(request, bindings),
    fetchForOperators: forOperators && ((request, bindings) => forOperators.fetch(request, bindings)),
    open,
    failed,
    drain: () => {
      isDraining = true;
      return drain();
    },
    close: () =>
      inOrder([
        async () => metrics?.stop(),
        refusals.close,
        close,
        () => participants.storeManager.close(),
        () => participants.payments.close(),
      ]),
  };
}

/** The routes of operators, with the console beside them. Who signs in there has a session, which counts on these routes alone. */
function withConsole(config: Config, options: SagaAppOptions): ReturnType<typeof sagaApp> {
  const { authenticate } = options;
  const isReadOnly = !config.CONSOLE_WRITES;
  const sessions = authenticate && new Sessions({ authenticate, isReadOnly, now: () => systemClock.now() });
  const app = sagaApp({ ...options, ...(sessions && { authenticate: sessions.authenticate }) });
  const { pathPrefix, trustProxy } = webOptionsOf(config);
  app.route("/console", consoleApp({ ...(sessions && { sessions }), isReadOnly, pathPrefix, trustProxy }));
  return app;
}

/** Makes something of what is open already. Where that fails, what is open is closed. */
async function orElse<Made>(make: () => Made, closing: Parameters<typeof inOrder>[0]): Promise<Made> {
  try {
    return make();
  } catch (error) {
    await inOrder(closing).catch(() => undefined);
    throw error;
  }
}

/** The order saga at the participants that the configuration names. */
export function orderSagaOf(config: Config, participants = orderParticipantsOf(config)): OrderSagaController {
  return new OrderSagaController(participants, policyOf(config));
}

/** The version before, for its sagas that have not ended. */
export function earlierOrderSagaOf(config: Config, participants = orderParticipantsOf(config)): OrderSagaV1Controller {
  return new OrderSagaV1Controller(participants, policyOf(config));
}

/** The order that is paid later, where the configuration has a time for it. */
export function paidLaterSagaOf(
  config: Config,
  { storeManager, payments } = orderParticipantsOf(config),
): OrderPaidLaterSagaController | undefined {
  const { PAID_LATER_WAIT_MS: waitMs } = config;
  return waitMs === undefined
    ? undefined
    : new OrderPaidLaterSagaController({ storeManager, payments, waitMs }, policyOf(config));
}

function orderParticipantsOf(config: Config, onConnection?: ParticipantOptions["onConnection"]): OrderParticipants {
  const shared = onConnection ? { onConnection } : {};
  return {
    storeManager: new StoreManager({ ...calledAs(config, "STORE_MANAGER"), ...shared }),
    payments: new Payments({ ...calledAs(config, "PAYMENTS"), ...shared }),
    paymentOrphanIsHarmless: config.PAYMENTS_ORPHAN_IS_HARMLESS,
  };
}

/** The options for the client of one participant, with the credential that it asks for. */
function calledAs(config: Config, participant: ParticipantName): ParticipantOptions {
  const credential = credentialOf(config, participant);
  return { ...participantOptionsOf(config, participant), ...(credential && { credential }) };
}

function logAutoPause({ definition, note }: Pause, change: "begun" | "ended"): void {
  const log = getLogger(["orchestrator", definition]);
  const facts = { definition, note };
  if (change === "begun") log.warn("{definition} has paused itself and starts no saga: {note}", facts);
  else log.warn("{definition} has ended its own pause: its trials needed nobody. It had paused itself because {note}", facts);
}
