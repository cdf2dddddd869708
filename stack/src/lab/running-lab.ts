import { randomBytes } from "node:crypto";
import { type Listening, listen } from "service-kit";
import { labApp } from "./lab-app.ts";
import { Laboratory, type LaboratoryOptions } from "./laboratory.ts";

export interface LabOptions extends LaboratoryOptions {
  /** 0: a free one. */
  readonly port: number;
}

/** The lab, served on loopback to who has its address. */
export class RunningLab {
  /** With the token. */
  readonly url: string;
  readonly #laboratory: Laboratory;
  readonly #server: Listening;

  private constructor(url: string, laboratory: Laboratory, server: Listening) {
    this.url = url;
    this.#laboratory = laboratory;
    this.#server = server;
  }

  static async start({ port, ...options }: LabOptions): Promise<RunningLab> {
    const laboratory = new Laboratory(options);
    const token = randomBytes(16).toString("hex");
    let bound = port;
    const app = labApp({ laboratory, orchestratorUrl: () => options.stack.orchestrator.url, token, port: () => bound });
    const server = await listen({ fetch: (request) => app.fetch(request), host: "127.0.0.1", port, portVariable: "LAB_PORT" });
    bound = server.port;
    return new RunningLab(`${server.url}/lab?token=${token}`, laboratory, server);
  }

  async stop(): Promise<void> {
    try {
      await this.#server.close();
    } finally {
      await this.#laboratory.stop();
    }
  }
}
