import process from "node:process";
import { connectionsMax, flag, host, list, port, readEnvironment, runProcess } from "service-kit";
import { hostPatternProblem } from "web-guard";
import { z } from "zod";
import type { Mock } from "./mock.ts";

/** The variables of a mock. */
export function mockEnvironment(defaultPort: number) {
  return z.object({
    HOST: host(),
    PORT: port(defaultPort),
    ALLOWED_HOSTS: list(hostPatternProblem, {
      description:
        "The host names at which `/control` is served besides IP addresses and names without a dot, with commas between them.",
      example: "mock.example.com,*.internal.example.com",
    }),
    KEYED: flag(true, {
      description:
        "Whether a repeated Idempotency-Key gets the first reply and has no second effect; the existing services ignore the key.",
      example: "false",
    }),
  });
}

export interface MockProcess {
  readonly name: string;
  readonly defaultPort: number;
  readonly make: (options: { readonly keyed: boolean }) => Mock;
}

/** Runs a mock as a process: it prints one line with its URL when it is ready, and exits 0 on SIGTERM and SIGINT. */
export async function runMock({ name, defaultPort, make }: MockProcess, environment: NodeJS.ProcessEnv): Promise<void> {
  await runProcess(async () => {
    const { HOST, PORT, ALLOWED_HOSTS, KEYED } = readEnvironment(mockEnvironment(defaultPort), environment);
    const at = { host: HOST, port: PORT, allowedHosts: ALLOWED_HOSTS, connectionsMax: connectionsMax() };
    const { url, close } = await make({ keyed: KEYED }).listen(at);
    process.stdout.write(`${name} listening on ${url}\n`);
    return { stop: close };
  });
}
