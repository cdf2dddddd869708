import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { compose } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import { listen } from "service-kit";
import type { ProviderName } from "./provider.ts";
import type { Services } from "./states/state.ts";

/** A service of this workspace, configured in one way, and the pacts that it must pass. */
export interface WorkspaceProvider {
  /** The package. */
  readonly name: string;
  readonly configuration: string;
  readonly provider: ProviderName;
  /** The consumers whose pacts it must pass. */
  readonly consumers: readonly string[];
  readonly start: () => Promise<RunningProvider>;
}

export interface RunningProvider {
  readonly services: Services;
  readonly stop: () => Promise<void>;
}

const here = { host: "127.0.0.1", port: 0 };

/** Every pact must have a provider here. A pact without one is `missing` in the matrix. */
export const workspaceProviders: readonly WorkspaceProvider[] = [
  ...[true, false].flatMap((keyed): readonly WorkspaceProvider[] => [
    {
      name: "mock-store-manager",
      configuration: `KEYED=${keyed}`,
      provider: "store-manager",
      consumers: consumersOf(keyed),
      start: () => startMock(makeStoreManager({ keyed })),
    },
    {
      name: "mock-payments",
      configuration: `KEYED=${keyed}`,
      provider: "payments",
      consumers: consumersOf(keyed),
      start: () => startMock(makePayments({ keyed })),
    },
  ]),
  // Doubles of both templates of the existing Store Manager, with its defects.
  ...([200, 201] as const).map(
    (readStatus): WorkspaceProvider => ({
      name: "mock-store-manager",
      configuration: `as the existing service, reads ${readStatus}`,
      provider: "store-manager",
      consumers: ["orchestrator-base"],
      start: () => startMock(makeStoreManager({ keyed: false, isForgetful: true, readStatus })),
    }),
  ),
  {
    name: "orchestrator",
    configuration: "beside keyed mocks",
    provider: "orchestrator",
    consumers: ["console", "web-client", "payments"],
    start: startOrchestrator,
  },
];

/** An unkeyed service cannot pass the keyed pact, so it need not. */
function consumersOf(keyed: boolean): readonly string[] {
  return ["orchestrator-base", "orchestrator-optional", ...(keyed ? ["orchestrator-keyed"] : [])];
}

async function startMock(mock: ReturnType<typeof makePayments>): Promise<RunningProvider> {
  const { url, close } = await mock.listen(here);
  return { services: { provider: url }, stop: () => close(0) };
}

/** Starts the real orchestrator, with its engine and a journal on disk, and both mocks. */
async function startOrchestrator(): Promise<RunningProvider> {
  await using started = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "contracts-"));
  started.defer(() => rmSync(directory, { recursive: true }));
  const storeManager = await makeStoreManager({ keyed: true }).listen(here);
  started.defer(() => storeManager.close(0));
  const payments = await makePayments({ keyed: true }).listen(here);
  started.defer(() => payments.close(0));
  const orchestrator = await compose(
    readConfig({
      JOURNAL_PATH: join(directory, "journal.sqlite"),
      STORE_MANAGER_URL: storeManager.url,
      PAYMENTS_URL: payments.url,
      STORE_MANAGER_KEYED: "true",
      PAYMENTS_KEYED: "true",
      PAID_LATER_WAIT_MS: "3600000",
      // Few attempts, so that a saga with an unavailable participant ends soon.
      RETRY_ATTEMPTS_MAX: "2",
      RETRY_BACKOFF_MS_BASE: "1",
      // Long enough for a busy machine.
      SYNC_WAIT_MS_MAX: "10000",
    }),
  );
  started.defer(async () => {
    await orchestrator.drain();
    await orchestrator.close();
  });
  const server = await listen({ fetch: orchestrator.fetch, ...here });
  started.defer(() => server.close(0));
  const running = started.move();
  return {
    services: { provider: server.url, storeManager: storeManager.url, payments: payments.url },
    stop: () => running.disposeAsync(),
  };
}
