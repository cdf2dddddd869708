import type { Listening } from "service-kit";
import type { Mock } from "./mock.ts";

/** Serves a mock on a free port, for tests of its routes. */
export class ServedMock {
  readonly #mock: Mock;
  #server: Listening | undefined;

  constructor(mock: Mock) {
    this.#mock = mock;
  }

  async listen(): Promise<void> {
    this.#server = await this.#mock.listen({ host: "127.0.0.1", port: 0 });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  /** Gives the status and the JSON body of the reply. */
  async call(method: string, path: string, body?: unknown, key?: string): Promise<[number, unknown]> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": `"${key}"` }),
    };
    const response = await fetch(`${this.url}${path}`, { method, headers, ...json });
    return [response.status, await response.json()];
  }
}
