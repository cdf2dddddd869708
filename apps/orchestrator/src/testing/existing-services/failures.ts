import { databaseText } from "../outcomes/database-texts.ts";

const HANG_MS = 30_000;

/**
 * The calls of an order at which something can fail: the service, the route, the first statement of the route, and whether the route reads
 * the new row again after its COMMIT.
 */
export const faultPoints = {
  "create-order": { service: "storeManager", route: "POST /orders", statement: "INSERT", readsAfterCommit: true },
  "decrease-stock": { service: "storeManager", route: "PUT /stocks", statement: "UPDATE" },
  "read-amount": { service: "storeManager", route: "GET /orders/{order_id}", statement: "SELECT" },
  "create-payment": { service: "payments", route: "POST /payments", statement: "INSERT", readsAfterCommit: true },
  "undoing create-order": { service: "storeManager", route: "DELETE /orders/{order_id}", statement: "DELETE", isUndoing: true },
  "undoing decrease-stock": { service: "storeManager", route: "PUT /stocks", statement: "UPDATE", isUndoing: true },
} as const;

export type FaultPoint = keyof typeof faultPoints;

/** The status with which each service answers every exception. */
const exceptionStatus = { storeManager: 500, payments: 400 } as const;

/** Failures of a service or of the connection to it. */
const serviceFailures = {
  "a refusal (402)": { fault: "status", status: 402 },
  "a 500 with an error text": { fault: "status", status: 500 },
  "503 with Retry-After": { fault: "status", status: 503, retry_after_s: 0 },
  "503 without Retry-After": { fault: "status", status: 503 },
  "cut before the effect": { fault: "drop_before" },
  "cut after the effect": { fault: "drop_after" },
  "half a reply": { fault: "malformed" },
  "no reply, and a late effect": { fault: "delay", delay_ms: HANG_MS },
} as const;

/** Failures of the database behind a service, before its COMMIT or when the new row is read after it. */
const databaseFailures = {
  "a value that does not fit (1264)": { number: 1264, at: "the statement" },
  "a deadlock (1213)": { number: 1213, at: "the statement" },
  "a lock wait that times out (1205)": { number: 1205, at: "the statement" },
  "no connection to the database (2003)": { number: 2003, at: "connecting" },
  "no connection after the COMMIT (2003)": { number: 2003, at: "connecting after the COMMIT" },
  "the connection lost after the COMMIT (2013)": { number: 2013, at: "reading after the COMMIT" },
  "Redis down after the COMMIT": { number: undefined, at: "Redis" },
} as const;

type ServiceFailure = keyof typeof serviceFailures;
type DatabaseFailure = keyof typeof databaseFailures;

export type Failure = ServiceFailure | DatabaseFailure;

export const allFailures: readonly Failure[] = [
  ...Object.keys(serviceFailures).filter((name): name is ServiceFailure => Object.hasOwn(serviceFailures, name)),
  ...Object.keys(databaseFailures).filter(isDatabaseFailure),
];

function isDatabaseFailure(name: string): name is DatabaseFailure {
  return Object.hasOwn(databaseFailures, name);
}

/** The points at which something can fail. Behind the gateway no refusal can be told from a failure, so no saga turns to compensation by itself. */
export function faultPointsOf(isBehindGateway: boolean): readonly FaultPoint[] {
  const all = Object.keys(faultPoints).filter((name): name is FaultPoint => Object.hasOwn(faultPoints, name));
  return all.filter((point) => !isBehindGateway || !("isUndoing" in faultPoints[point]));
}

/** Whether a failure can happen at a point: only a new row is read after the COMMIT, and only the Store Manager has a Redis. */
export function isPossible(point: FaultPoint, failure: Failure): boolean {
  if (!isDatabaseFailure(failure)) return true;
  const { at } = databaseFailures[failure];
  if (at === "the statement" || at === "connecting") return true;
  return "readsAfterCommit" in faultPoints[point] && (at !== "Redis" || faultPoints[point].service === "storeManager");
}

/** The fault to set at a mock, which causes the failure. */
export function faultOf(point: FaultPoint, failure: Failure): object {
  if (!isDatabaseFailure(failure)) return serviceFailures[failure];
  const { service, statement } = faultPoints[point];
  const { number, at } = databaseFailures[failure];
  const status = exceptionStatus[service];
  switch (at) {
    case "the statement":
      return { fault: "status", status, error: databaseText({ number, statement }) };
    case "connecting":
      return { fault: "status", status, error: databaseText({ number }) };
    case "connecting after the COMMIT":
      return { fault: "status_after", status, error: databaseText({ number }) };
    case "reading after the COMMIT":
      return { fault: "status_after", status, error: databaseText({ number, statement: "SELECT" }) };
    case "Redis":
      return { fault: "status_after", status, error: "Error 111 connecting to redis:6379. Connection refused." };
  }
}
