import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "test-kit/restate";
import { stringify } from "yaml";
import { z } from "zod";
import { watchDirectory } from "./watch-files.ts";

const answer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("success"), data: z.object({ result: z.array(z.unknown()) }) }),
  z.object({ status: z.literal("error"), error: z.string() }),
]);
const rules = z.object({
  data: z.object({
    groups: z.array(
      z.object({ rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })) }),
    ),
  }),
});

/** A real Prometheus that scrapes one address each second, and has the alerts of the repository. */
export class Prometheus {
  readonly #url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.#url = url;
    this.#stop = stop;
  }

  static async start(target: string): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), "stack-prometheus-"));
    const config = {
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: [join(watchDirectory, "alerts.yaml")],
      scrape_configs: [{ job_name: "saga-orchestrator", static_configs: [{ targets: [target] }] }],
    };
    writeFileSync(join(directory, "prometheus.yaml"), stringify(config));
    const { ingress: port } = await freePorts();
    const child = spawn(
      "prometheus",
      [
        `--config.file=${join(directory, "prometheus.yaml")}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=error",
      ],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    const ended = once(child, "exit");
    return new Prometheus(`http://127.0.0.1:${port}`, async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(directory, { recursive: true });
    });
  }

  /** Whether it takes requests. */
  async isReady(): Promise<boolean> {
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** How many series an expression has now; a text: why it cannot be evaluated. */
  async seriesOf(expression: string): Promise<number | string> {
    const url = `${this.#url}/api/v1/query?${new URLSearchParams({ query: expression })}`;
    const read = answer.parse(await (await fetch(url)).json());
    return read.status === "success" ? read.data.result.length : read.error;
  }

  /** Each rule that was evaluated, with its last error. */
  async rules(): Promise<readonly { readonly name: string; readonly health: string; readonly lastError?: string | undefined }[]> {
    const { data } = rules.parse(await (await fetch(`${this.#url}/api/v1/rules`)).json());
    return data.groups.flatMap((group) => group.rules);
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
