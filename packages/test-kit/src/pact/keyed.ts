import { MatchersV3 } from "@pact-foundation/pact";
import { asParameters, type ContractRequest, type Interaction, type Pact, type State } from "./interaction.ts";

/** The name of the key that a state gives. */
const KEY = "key";

/** A call that can have an effect, with its key. */
export interface KeyedCall extends Pick<Interaction, "call" | "given" | "request" | "response" | "outcome" | "make"> {
  readonly key: string;
  /** Another request that used the key before; and the states that must hold after it. */
  readonly other: ContractRequest;
  readonly afterOther?: readonly State[];
}

/**
 * The header with a request's key. When a provider is verified, a state gives a new key as `key`: a service that keeps keys would remember a
 * key of an earlier verification.
 */
export function withKey(key: string): NonNullable<ContractRequest["headers"]> {
  return {
    "Idempotency-Key": {
      "pact:matcher:type": "equality",
      "pact:generator:type": "ProviderState",
      expression: `"\${${KEY}}"`,
      value: `"${key}"`,
    },
  };
}

/** The state in which a key was never used. */
export const freshKey: State = ["the key was never used", {}];

/** The state in which a request with this key was answered. It gives the members of the answer, and the key. */
export function answered(key: string, request: ContractRequest): State {
  return ["the request was answered", { key, ...asParameters(request) }];
}

/** The replies that a keyed participant must give to every call that can have an effect (rule 2). */
export function oweFirstAnswer(pact: Pact, { key, other, afterOther = [], ...first }: KeyedCall): void {
  const { call, given } = first;
  const request = { ...first.request, headers: withKey(key) };

  pact(`${call} again under the same key`, { ...first, reply: "promised", given: [...given, answered(key, request)], request });

  pact(`${call} again while the first request is under way`, {
    ...first,
    reply: "a key in use",
    given: [...given, ["the request is under way", { key, ...asParameters(request), route: routeOf(request) }]],
    request,
    response: aboutTheKey(409, "idempotency-key-in-use"),
    outcome: { outcome: "unknown" },
  });

  pact(`${call} under a key that another request has`, {
    ...first,
    reply: "a key reused",
    given: [...given, answered(key, other), ...afterOther],
    request,
    response: aboutTheKey(422, "idempotency-key-reused"),
    outcome: { outcome: "unknown", defect: true },
  });
}

/** The name of the route in the provider's OpenAPI document. */
function routeOf({ method, path }: ContractRequest): string {
  return `${method} ${typeof path === "string" ? path : path.expression.replaceAll("${", "{")}`;
}

/** A problem about the key. The client decides by the last part of its type. */
export function aboutTheKey(status: number, type: string): Interaction["response"] {
  return {
    status,
    headers: { "Content-Type": "application/problem+json" },
    body: { type: MatchersV3.regex(`^(.*[/#:])?${type}$`, type) },
  };
}
