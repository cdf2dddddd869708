import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { countFreeDescriptors } from "./descriptors.ts";
import type { OwnListening } from "./listen.ts";
import { reachableHost } from "./reachable-host.ts";

/** What came of a connection to the own port; `unknown` where the failure is not the server's. */
export type OwnConnection = "accepted" | "refused" | "unknown";

export interface OwnPortCheckPorts {
  /** A clock in milliseconds that never jumps. */
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Connects to the own port, and says whether the server took notice. */
  readonly connect: () => Promise<OwnConnection>;
  readonly hasFreeDescriptors: () => boolean;
}

/** The server accepts nobody, and nothing explains it: only a new process helps. */
export class DeafServerError extends Error {
  override readonly name = "DeafServerError";
}

const CHECK_MS = 5_000;
/** So long may the server take to notice a connection. */
const CONNECT_MS_MAX = 4_000;
const DEAF_MS = 60_000;
/** A timer that fires later than this shows that the event loop was busy, or that the machine was asleep. */
const LATE_MS_MAX = 1_000;
const DESCRIPTORS_NEEDED = 8;

/**
 * Checks every 5 seconds that the own port accepts connections. A server on Deno accepts nobody any more once an accept has failed.
 *
 * @throws DeafServerError when it was refused for a minute although the event loop was on time and descriptors were free.
 */
export async function checkOwnPort({ nowMs, wait, connect, hasFreeDescriptors }: OwnPortCheckPorts): Promise<never> {
  let refusedSince: number | undefined;
  for (;;) {
    const begin = nowMs();
    await wait(CHECK_MS);
    const waited = nowMs();
    const connection = hasFreeDescriptors() ? await connect() : "unknown";
    const isLate = waited - begin > CHECK_MS + LATE_MS_MAX || nowMs() - waited > CONNECT_MS_MAX + LATE_MS_MAX;
    if (isLate || connection !== "refused") {
      refusedSince = undefined;
      continue;
    }
    refusedSince ??= waited;
    const refusedMs = nowMs() - refusedSince;
    if (refusedMs < DEAF_MS) continue;
    throw new DeafServerError(
      `The own port has refused connections for ${Math.round(refusedMs / 1_000)} s, although the event loop is on time and descriptors are free. The process ends, so that its supervisor starts it again.`,
    );
  }
}

/** Checks the port of a service with the real clock. It keeps no process alive. */
export function watchOwnPort(listening: OwnListening): Promise<never> {
  return checkOwnPort({
    nowMs: () => performance.now(),
    wait: (ms) => sleep(ms, undefined, { ref: false }),
    connect: () => connectTo(listening, CONNECT_MS_MAX),
    hasFreeDescriptors: () => countFreeDescriptors(DESCRIPTORS_NEEDED) === DESCRIPTORS_NEEDED,
  });
}

/** Connects to a service. The kernel completes a connection that a deaf server never sees, so what counts is what the server accepts. */
export async function connectTo({ url, port, nextConnection }: OwnListening, waitMs: number): Promise<OwnConnection> {
  const over = new AbortController();
  const failed = Promise.withResolvers<OwnConnection>();
  const accepted = nextConnection(over.signal).then(
    () => "accepted" as const,
    () => "refused" as const,
  );
  const socket = connect(port, reachableHost(hostIn(url)));
  socket.on("error", (error) => failed.resolve(isRefusal(error) ? "refused" : "unknown"));
  const timer = setTimeout(() => failed.resolve("refused"), waitMs);
  timer.unref();
  try {
    return await Promise.race([accepted, failed.promise]);
  } finally {
    clearTimeout(timer);
    socket.destroy();
    over.abort();
  }
}

function isRefusal(error: Error): boolean {
  return "code" in error && (error.code === "ECONNREFUSED" || error.code === "ECONNRESET" || error.code === "ETIMEDOUT");
}

function hostIn(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
}
