import ky, { isHTTPError } from "ky";
import { type FaultKind, type LabState, type PlacedOrder, type ProcessName, placedSchema, stateSchema } from "../../api/index.ts";

const api = ky.create({ prefix: "/lab/api", retry: 0, timeout: 60_000, cache: "no-store" });

export async function readLab(): Promise<LabState> {
  return stateSchema.parse(await api("state").json());
}

export interface WantedFault {
  readonly kind: FaultKind;
  readonly share: number;
  readonly times?: number;
}

export async function setFault(fault: WantedFault): Promise<void> {
  await api.put("fault", { json: fault });
}

export async function placeOrders(count: number): Promise<readonly PlacedOrder[]> {
  return placedSchema.parse(await api.post("orders", { json: { count } }).json()).orders;
}

export async function actOn(process: ProcessName, action: "kill" | "start" | "reload"): Promise<void> {
  await api.post("processes", { json: { process, action } });
}

export async function clearOrders(): Promise<void> {
  await api.post("clear");
}

/** Whether the lab refused because there are enough orders. */
export function isFull(error: unknown): boolean {
  return isHTTPError(error) && error.response.status === 409;
}
