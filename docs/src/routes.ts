import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { compose } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import { z } from "zod";

/** A route as its service's OpenAPI document describes it. */
export interface Route {
  /** The method and the path, as `GET /sagas/{saga_id}`. */
  readonly name: string;
  readonly summary: string;
  readonly statuses: readonly string[];
}

const openApi = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ summary: z.string().default(""), responses: z.record(z.string(), z.unknown()) })),
  ),
});

/** The routes of the orchestrator, composed with these variables, that its OpenAPI document describes. */
export async function orchestratorRoutes(variables: Variables = {}): Promise<readonly Route[]> {
  return await withOrchestrator(async (get) => routesOf(await (await get("/openapi.json")).json()), variables);
}

/** The status of a `GET` of each path at the composed orchestrator. */
export async function statusesOf(paths: readonly string[]): Promise<readonly number[]> {
  return await withOrchestrator((get) => Promise.all(paths.map(async (path) => (await get(path)).status)));
}

type Variables = Readonly<Record<string, string>>;

async function withOrchestrator<R>(
  use: (get: (path: string) => Promise<Response>) => Promise<R>,
  variables: Variables = {},
): Promise<R> {
  const directory = mkdtempSync(join(tmpdir(), "docs-"));
  const { fetch, close } = await compose(readConfig({ JOURNAL_PATH: join(directory, "journal.sqlite"), ...variables }));
  try {
    return await use(async (path) => await fetch(new Request(`http://docs${path}`)));
  } finally {
    await close();
    rmSync(directory, { recursive: true });
  }
}

/** The OpenAPI documents of both mocks, by the name of the service. */
export async function mockDocuments(): Promise<ReadonlyMap<string, unknown>> {
  const mocks = [
    ["Store Manager", makeStoreManager({ keyed: true })],
    ["Payments", makePayments({ keyed: true })],
  ] as const;
  const described = mocks.map(async ([service, mock]) => {
    const { url, close } = await mock.listen({ host: "127.0.0.1", port: 0 });
    const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
    await close();
    return [service, document] as const;
  });
  return new Map(await Promise.all(described));
}

/** The routes of both mocks, by the name of the service. */
export async function mockRoutes(): Promise<ReadonlyMap<string, readonly Route[]>> {
  return new Map([...(await mockDocuments())].map(([service, document]) => [service, routesOf(document)]));
}

function routesOf(document: unknown): readonly Route[] {
  return Object.entries(openApi.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary, responses }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      summary,
      statuses: Object.keys(responses),
    })),
  );
}
