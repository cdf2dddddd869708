import { z } from "zod";

/** What a state gives to the interaction: an id that the service made, for instance. */
export type Values = Readonly<Record<string, string | number | boolean>>;

/** A way to put a provider into a state that a pact names. */
export interface ProviderState {
  /** What it takes beyond the service's own API. Where that is missing, the interaction is skipped. */
  readonly needs?: Need;
  /** Throws when the provider cannot be put into the state. */
  readonly set: (parameters: unknown, setting: Setting) => Promise<Given>;
}

/** A state that was set: what it gives, and what must still hold after the interaction (throws where it does not). */
export interface Given {
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
  set: (parameters: z.output<Schema>, setting: Setting) => Promise<Given>,
  needs?: Need,
): ProviderState {
  return {
    ...(needs && { needs }),
    set: async (parameters, setting) => await set(schema.parse(parameters), setting),
  };
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Sends a request to a service, as anybody could. */
export async function send(
  url: string,
  method: string,
  options: { readonly body?: unknown; readonly key?: string } = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: {
      // A kept connection may be cut by the service just when it is used again.
      connection: "close",
      ...(options.body !== undefined && { "content-type": "application/json" }),
      ...(options.key !== undefined && { "idempotency-key": `"${options.key}"` }),
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: parseJson(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
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
export async function setFault(mock: string, fault: object): Promise<Given> {
  await sendFor(z.unknown(), `${mock}/control/faults`, "POST", { body: fault });
  return {};
}
