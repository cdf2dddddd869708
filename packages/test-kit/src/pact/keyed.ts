import { MatchersV3 } from "@pact-foundation/pact";
import { asParameters, type ContractRequest, type Interaction, type Pact, type State } from "./interaction.ts";

/** A call that can have an effect, and its key. */
export interface KeyedCall extends Pick<Interaction, "call" | "given" | "request" | "response" | "outcome" | "make"> {
  readonly key: string;
  /** Another request, which has the key already; and what must be there after it. */
  readonly other: ContractRequest;
  readonly afterOther?: readonly State[];
}

/**
 * The key of a request: the one here, and when a provider is verified the one that a state made up and gives as `key`. A key that is
 * the same in every verification would be known already to a service that keeps them.
 */
export function withKey(key: string): NonNullable<ContractRequest["headers"]> {
  return {
    "Idempotency-Key": {
      "pact:matcher:type": "equality",
      "pact:generator:type": "ProviderState",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what a state gives is filled in by the verifier.
      expression: '"${key}"',
      value: `"${key}"`,
    },
  };
}

/** That a key was never used. */
export const freshKey: State = ["the key was never used", {}];

/** That a request was sent under the key that is called so here, and answered; it gives the members of the answer, and the key. */
export function answered(key: string, request: ContractRequest): State {
  return ["the request was answered", { key, ...asParameters(request) }];
}

/** What a keyed participant owes to every call that can have an effect (docs/architecture.md, rule 2). */
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

/** As the provider's OpenAPI document names it. */
function routeOf({ method, path }: ContractRequest): string {
  return `${method} ${typeof path === "string" ? path : path.expression.replaceAll("${", "{")}`;
}

/** A problem about the key: the code branches on the last part of its type. */
export function aboutTheKey(status: number, type: string): Interaction["response"] {
  return {
    status,
    headers: { "Content-Type": "application/problem+json" },
    body: { type: MatchersV3.regex(`^(.*[/#:])?${type}$`, type) },
  };
}
