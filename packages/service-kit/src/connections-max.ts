import { countFreeDescriptors } from "./descriptors.ts";
import { EnvironmentError } from "./environment.ts";

/** The most connections without a value of CONNECTIONS_MAX, so that the count at the start is quick. */
export const CONNECTIONS_MAX_DEFAULT = 4_096;

/**
 * Descriptors that are kept free. An accept without a free descriptor makes a server on Deno deaf for good, and Deno accepts up to 128
 * connections (tokio's budget) before any code of ours can close one. The rest is for refusals under way (32), and for files and look-ups.
 */
const DESCRIPTORS_RESERVED = 128 + 32 + 64;

export interface ConnectionsMaxOptions {
  /** The value of CONNECTIONS_MAX; undefined where it is unset. */
  readonly configured?: number | undefined;
  /** Descriptors that this process may open for other purposes at the same time, such as calls to participants. Default: 0. */
  readonly others?: number;
  /** Descriptors that a connection may take: its own, and those of what it waits for. Default: 1. */
  readonly perConnection?: number;
  /** Counts free descriptors up to a number. Default: those of this process. */
  readonly countFree?: (max: number) => number;
}

/**
 * How many connections of clients a process may accept and never run out of descriptors.
 *
 * @throws EnvironmentError when the configured value, or a single connection, does not fit.
 */
export function connectionsMax(options: ConnectionsMaxOptions = {}): number {
  const { configured, others = 0, perConnection = 1, countFree = countFreeDescriptors } = options;
  const wanted = configured ?? CONNECTIONS_MAX_DEFAULT;
  const kept = DESCRIPTORS_RESERVED + others;
  const free = countFree(kept + wanted * perConnection);
  const fitting = Math.floor((free - kept) / perConnection);
  if (fitting >= wanted) return wanted;
  const limit = `this process can open ${free} more files, and ${kept} of them are kept for other purposes`;
  if (fitting < 1) {
    throw new EnvironmentError(`The limit of open files is too low: ${limit}. Raise it, for example with: ulimit -n 4096`);
  }
  if (configured === undefined) return fitting;
  throw new EnvironmentError(
    `The environment cannot be used:\n  CONNECTIONS_MAX="${configured}": must be at most ${fitting}, because ${limit}. Example: CONNECTIONS_MAX=${fitting}`,
  );
}
