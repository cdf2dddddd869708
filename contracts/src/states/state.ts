import { z } from "zod";
import { send } from "../http.ts";

/** What a state gives to the interaction: an id that the service made, for instance. */
export type Values = Readonly<Record<string, string | number | boolean>>;

/** A way to put a provider into a state that a pact names. */
export interface ProviderState {
  /** What it takes beyond the service's own API. Where that is missing, the interaction is skipped. */
  readonly needs?: Need;
  /** Throws when the provider cannot be put into the state. */
  readonly set: (parameters: unknown, setting: Setting) => Promise<StateSet>;
}

/** A state that was set: what it gives, and what must still hold after the interaction (throws where it does not). */
export interface StateSet {
  readonly values?: Values;
  readonly check?: () => Promise<void>;
}

/** `control`: a mock's routes to break it. The others: a service behind the orchestrator. */
export type Need = "control" | "store-manager" | "payments-control";

/** What a state is set with: the services, and what tells this interaction's keys from those of any other. */
export interface Setting extends Services {
  readonly nonce: string;
}

/** The services that states are set at. */
export interface Services {
  /** The provider that is verified. */
  readonly provider: string;
  readonly storeManager?: string;
  readonly payments?: string;
}

export type ProviderStates = Readonly<Record<string, ProviderState>>;

/** The provider could not be put into a state. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** A state, its parameters as they must be, and how to set it. */
export function state<Schema extends z.ZodType>(
  schema: Schema,
  set: (parameters: z.output<Schema>, setting: Setting) => Promise<StateSet>,
  needs?: Need,
): ProviderState {
  return {
    ...(needs && { needs }),
    set: async (parameters, setting) => await set(schema.parse(parameters), setting),
  };
}

/** The reply, where it is one of a kind; otherwise the state cannot be set. */
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
