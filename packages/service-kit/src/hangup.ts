import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

export interface HangupPorts {
  /** What Linux says of this process; throws where it cannot be read. */
  readonly readStatus: () => string;
  /** Whether a standard stream is a terminal. */
  readonly hasTerminal: () => boolean;
}

const ports: HangupPorts = {
  readStatus: () => readFileSync("/proc/self/status", "utf8"),
  hasTerminal: () => [0, 1, 2].some((descriptor) => isatty(descriptor)),
};

/**
 * Whether a hangup ends this process. Not where its starter ignored SIGHUP, as `nohup` does. Where this cannot be read (Deno shows /proc only to
 * a process that may do everything), it ends a process with a terminal, and no other. Call it before the process listens for any signal:
 * Deno then takes SIGHUP over too.
 */
export function endsOnHangup({ readStatus, hasTerminal }: HangupPorts = ports): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readStatus())?.[1];
    // The lowest bit is signal 1, SIGHUP.
    if (ignored !== undefined) return (Number.parseInt(ignored.slice(-1), 16) & 1) === 0;
  } catch {
    // It is not Linux, or may not be read.
  }
  return hasTerminal();
}
