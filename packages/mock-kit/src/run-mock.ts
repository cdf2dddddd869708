import process from "node:process";
import {
  connectionsMax,
  flag,
  host,
  httpUrl,
  list,
  optionalText,
  optionalToken,
  port,
  readEnvironment,
  runProcess,
} from "service-kit";
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
    STATE_FILE: optionalText({
      description:
        "The file in which a mock keeps what it answered and its faults, so that one that was killed comes back with them. Unset: it keeps nothing.",
      example: "/tmp/payments.jsonl",
    }),
    REQUIRED_TOKEN: optionalToken({
      description:
        "The bearer token that each call must have, but those under `/control`; any other call is answered 401. Unset: none is asked.",
      example: "s3cr3t-of-32-characters-or-longer",
    }),
  });
}

/** The variable of a mock that signals. */
export const signalEnvironment = z.object({
  SIGNAL_URL: httpUrl(undefined, {
    description:
      "Of Payments: the URL that it signals each processed payment to, with `/` and the payment's id after it, until the answer is 2xx or 409. Unset: it signals nobody.",
    example: "http://127.0.0.1:5123/signals/order-paid-later/await-payment",
  }),
});

export interface MockOptions {
  readonly keyed: boolean;
  /** The bearer token that each call must have. Default: none is asked. */
  readonly requiredToken?: string;
  /** Where signals go. Default: the mock sends none. */
  readonly signalUrl?: string;
  /** The file by which a mock that was killed comes back with what it had. Default: none. */
  readonly stateFile?: string;
  /** Called with a line about each signal that was late or given up. Default: nothing. */
  readonly log?: (line: string) => void;
}

export interface MockProcess {
  readonly name: string;
  readonly defaultPort: number;
  /** Whether it signals, and so reads `SIGNAL_URL`. Default: false. */
  readonly signals?: boolean;
  readonly make: (options: MockOptions) => Mock;
}

/** Runs a mock as a process: it prints one line with its URL when it is ready, and exits 0 on SIGTERM and SIGINT. */
export async function runMock(
  { name, defaultPort, signals = false, make }: MockProcess,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  await runProcess(async () => {
    const {
      HOST,
      PORT,
      ALLOWED_HOSTS,
      KEYED,
      REQUIRED_TOKEN: requiredToken,
      STATE_FILE: stateFile,
    } = readEnvironment(mockEnvironment(defaultPort), environment);
    const { SIGNAL_URL: signalUrl } = signals ? readEnvironment(signalEnvironment, environment) : {};
    const at = { host: HOST, port: PORT, allowedHosts: ALLOWED_HOSTS, connectionsMax: connectionsMax() };
    const log = (line: string) => void process.stderr.write(`${line}\n`);
    const options = {
      ...(requiredToken !== undefined && { requiredToken }),
      ...(signalUrl !== undefined && { signalUrl }),
      ...(stateFile !== undefined && { stateFile }),
    };
    const { url, close } = await make({ keyed: KEYED, log, ...options }).listen(at);
    process.stdout.write(`${name} listening on ${url}\n`);
    return { stop: close };
  });
}
