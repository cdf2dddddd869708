import ky, { HTTPError } from "ky";
import { FingerprintMismatch, JournalError } from "saga-core";
import { fingerprintMismatch, type SearchOptions } from "saga-core/engine";
import { z } from "zod";
import { messageOf } from "../message-of.ts";
import { DRIVER_VERSION } from "../objects/driver-version.ts";
import { timings } from "../timings.ts";

const RETRY = {
  limit: timings.adminRetriesMax,
  methods: ["get", "post"],
  statusCodes: [500, 502, 503, 504],
  delay: (attempt: number) => timings.adminRetryMsBase * 2 ** attempt,
};
const rowsSchema = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });
const serviceSchema = z.object({ metadata: z.record(z.string(), z.string()).optional() });

const deploymentsSchema = z.object({
  deployments: z.array(
    z.object({ id: z.string(), uri: z.string().default(""), services: z.array(z.object({ name: z.string() })) }),
  ),
});

const deploymentSchema = z.object({
  services: z.array(z.object({ name: z.string(), metadata: z.record(z.string(), z.string()).optional() })),
});

export type Row = Readonly<Record<string, unknown>>;

/** Requests to Restate's admin API. */
export class RestateAdmin {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * Registers the address of our services: new sagas start there. Sagas under way stay where they began.
   *
   * @throws JournalError when Restate does not accept it.
   */
  async register(endpointUrl: string): Promise<void> {
    try {
      // The same address with the same services is no change; other services replace them, which their versioned names allow.
      await ky.post(`${this.#url}/deployments`, {
        json: { uri: endpointUrl, force: true, breaking: true },
        timeout: timings.adminRequestMsMax,
        retry: RETRY,
      });
    } catch (cause) {
      throw new JournalError(
        `Restate's admin API at ${this.#url} does not accept ${endpointUrl}: ${describe(cause)}. Is it running, and can it reach that address?`,
        { cause },
      );
    }
  }

  /**
   * Refuses a definition that is not the one its open sagas started with (rule 11).
   *
   * @throws FingerprintMismatch where open sagas have the same version with another fingerprint.
   */
  async refuseOtherFingerprint(
    service: string,
    definition: { readonly name: string; readonly version: number; readonly fingerprint: string },
  ): Promise<void> {
    const registered = await this.#service(service);
    const other = registered?.metadata?.["fingerprint"];
    if (other === undefined || other === definition.fingerprint) return;
    if ((await this.#unfinishedOf(service)) === 0) return;
    throw fingerprintMismatch(definition, "open sagas run");
  }

  /**
   * Refuses an address where open sagas run a service that it would no longer have: nobody would continue them.
   *
   * @throws FingerprintMismatch
   */
  async refuseToLeaveBehind(endpointUrl: string, isLeftBehind: (service: string) => boolean): Promise<void> {
    const { deployments } = deploymentsSchema.parse(await this.#get("/deployments"));
    const services = deployments.filter(({ uri }) => isSameUrl(uri, endpointUrl)).flatMap((deployment) => deployment.services);
    for (const { name } of services.filter((service) => isLeftBehind(service.name))) {
      if ((await this.#unfinishedOf(name)) === 0) continue;
      const advice = "register that version beside the new one, or serve the new one at another RESTATE_ENDPOINT_URL";
      throw new FingerprintMismatch(name, `open sagas run it at ${endpointUrl}, where it would be served no more; ${advice}`);
    }
  }

  /**
   * Refuses an address whose open sagas another driver version began: this release cannot replay them.
   *
   * @throws JournalError
   */
  async refuseOtherDriver(endpointUrl: string, sagasPrefix: string): Promise<void> {
    const { deployments } = deploymentsSchema.parse(await this.#get("/deployments"));
    for (const { id } of deployments.filter(({ uri }) => isSameUrl(uri, endpointUrl))) {
      const { services } = deploymentSchema.parse(await this.#get(`/deployments/${id}`));
      for (const { name, metadata } of services.filter((service) => service.name.startsWith(sagasPrefix))) {
        const version = metadata?.["driverVersion"] ?? "0";
        if (version === String(DRIVER_VERSION) || (await this.#unfinishedOf(name)) === 0) continue;
        const advice = "serve this release at another RESTATE_ENDPOINT_URL, and stop the old one when its sagas have ended";
        throw new JournalError(
          `Driver version ${version} of saga-restate began open sagas of ${name} at ${endpointUrl}, and this release has version ${DRIVER_VERSION}: ${advice}.`,
        );
      }
    }
  }

  async #unfinishedOf(service: string): Promise<number> {
    const [row] = await this.query(
      `SELECT count(*) AS unfinished FROM sys_invocation WHERE target_service_name = ${quote(service)} AND target_handler_name = 'run' AND status <> 'completed'`,
    );
    return Number(row?.["unfinished"] ?? 0);
  }

  /**
   * Queries Restate's SQL introspection (https://docs.restate.dev/references/sql-introspection). An aborted query is cut, and rejects with the
   * reason of its signal.
   *
   * @throws JournalError
   */
  async query(sql: string, { signal }: SearchOptions = {}): Promise<readonly Row[]> {
    signal?.throwIfAborted();
    try {
      const headers = { accept: "application/json" };
      const reply = await ky
        .post(`${this.#url}/query`, {
          json: { query: sql },
          headers,
          timeout: timings.adminRequestMsMax,
          retry: RETRY,
          ...(signal && { signal }),
        })
        .json();
      return rowsSchema.parse(reply).rows;
    } catch (cause) {
      signal?.throwIfAborted();
      throw new JournalError(`Restate did not answer a query: ${describe(cause)}`, { cause });
    }
  }

  async #service(name: string): Promise<z.output<typeof serviceSchema> | undefined> {
    const service = await this.#get(`/services/${encodeURIComponent(name)}`);
    return service === undefined ? undefined : serviceSchema.parse(service);
  }

  /** Undefined where Restate has nothing at this path. */
  async #get(path: string): Promise<unknown> {
    try {
      return await ky.get(`${this.#url}${path}`, { timeout: timings.adminRequestMsMax, retry: RETRY }).json();
    } catch (cause) {
      if (cause instanceof HTTPError && cause.response.status === 404) return undefined;
      throw new JournalError(`Restate's admin API at ${this.#url} did not answer: ${describe(cause)}`, { cause });
    }
  }
}

function isSameUrl(one: string, other: string): boolean {
  return URL.canParse(one) && new URL(one).href === new URL(other).href;
}

/** A text as an SQL literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function describe(error: unknown): string {
  return error instanceof HTTPError ? `${error.message}: ${JSON.stringify(error.data)}` : messageOf(error);
}
