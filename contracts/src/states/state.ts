import { z } from "zod";
import { send } from "../http.ts";

/** Values that a state gives to the interaction, for example an id that the service made. */
export type Values = Readonly<Record<string, string | number | boolean>>;

/** Puts a provider into a state of a pact. */
export interface ProviderState {
  /** A requirement beyond the service's own API. Without it, the interaction is skipped. */
  readonly needs?: Requirement;
  /** @throws StateError if the provider cannot be put into the state. */
  readonly set: (parameters: unknown, setting: Setting) => Promise<StateSet>;
}

/** A state that was set: its values, and a check after the interaction, which throws if the state is broken. */
export interface StateSet {
  readonly values?: Values;
  readonly check?: () => Promise<void>;
}

/** `control`: a mock's routes for tests. `order-paid-later`: an orchestrator that serves this definition. The others: services behind it. */
export type Requirement = "control" | "order-paid-later" | "store-manager" | "payments-control" | "both-controls";

/** The services, and a nonce that makes the keys of this interaction unique. */
export interface Setting extends Services {
  readonly nonce: string;
}

/** The URLs of the services at which states are set. */
export interface Services {
  /** The provider to verify. */
  readonly provider: string;
  readonly storeManager?: string;
  readonly payments?: string;
}

export type ProviderStates = Readonly<Record<string, ProviderState>>;

/** The provider could not be put into a state. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** Makes a state from the schema of its parameters and the function that sets it. */
export function state<Schema extends z.ZodType>(
  schema: Schema,
  set: (parameters: z.output<Schema>, setting: Setting) => Promise<StateSet>,
  needs?: Requirement,
): ProviderState {
  return {
    ...(needs && { needs }),
    set: async (parameters, setting) => await set(schema.parse(parameters), setting),
  };
}

/** Sends a request and returns the body of its reply. @throws StateError if the reply does not match the schema. */
export async function sendFor<Schema extends z.ZodType>(
  schema: Schema,
  ...request: Parameters<typeof send>
): Promise<z.output<Schema>> {
  const { status, body } = await send(...request);
  const parsed = schema.safeParse(body);
  if (status < 300 && parsed.success) return parsed.data;
  throw new StateError(`${request[1]} ${request[0]} was answered ${status} ${JSON.stringify(body)}`);
}

/** Sets a fault at a mock. */
export async function setFault(mock: string, fault: object): Promise<void> {
  await sendFor(z.unknown(), `${mock}/control/faults`, "POST", { body: fault });
}
