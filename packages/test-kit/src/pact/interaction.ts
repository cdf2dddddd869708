import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type MatchersV3, PactV4 } from "@pact-foundation/pact";
import { expect, it } from "vitest";

/** Where the pacts are written to; `contracts:check` and `contracts:update` say it, and alone the tests only test. */
const directory = process.env["PACTS_DIRECTORY"] ?? mkdtempSync(join(tmpdir(), "pacts-"));

/** A state that the provider is put in before the request, with its parameters. */
export type State = readonly [name: string, parameters: StateParameters];

type StateValue = string | number | boolean | StateParameters | StateValue[];

export interface StateParameters {
  [name: string]: StateValue;
}

/** What a request's body is made of: values, and ids that a state gives. */
type BodyValue = string | number | boolean | FromState<number> | RequestBody | readonly BodyValue[];

interface RequestBody {
  readonly [name: string]: BodyValue;
}

export interface ContractRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string | FromState<string>;
  readonly headers?: Record<string, string | FromState<string>>;
  readonly body?: RequestBody;
}

/** A status, or several of which each will do: `MatchersV3.matchStatus(201, [200, 201])`. */
export type ContractStatus = number | ReturnType<typeof MatchersV3.matchStatus>;

export interface Interaction {
  /** The client's method, and which of the replies that the client tells apart; both are noted in the pact. */
  readonly call: string;
  readonly reply: string;
  /** In this order. In a parameter, `${name}` stands for what an earlier state gave. */
  readonly given: readonly State[];
  readonly request: ContractRequest;
  readonly response: { readonly status: ContractStatus; readonly headers?: MatchersV3.TemplateHeaders; readonly body?: unknown };
  /** The call, made with the real client. */
  readonly make: (url: string) => Promise<object>;
  /** What the client makes of the reply; members that are not named here may be anything. */
  readonly outcome: object;
}

export type Pact = (description: string, interaction: Interaction) => void;

/** A pact between a consumer and a provider: each interaction is a test, written down when it passes. */
export function pactBetween(consumer: string, provider: string): Pact {
  return (description, { call, reply, given, request, response, make, outcome }) => {
    it(description, async () => {
      const pact = new PactV4({ consumer, provider, dir: directory, logLevel: "error" });
      const described = given
        .reduce((building, [name, parameters]) => building.given(name, parameters), pact.addInteraction())
        .uponReceiving(description)
        .reference("contract", "call", call)
        .reference("contract", "reply", reply);
      const read = await described
        .withRequest(request.method, request.path, (builder) => {
          if (request.headers) builder.headers(request.headers);
          if (request.body) builder.jsonBody(request.body);
        })
        .willRespondWith(response.status, (builder) => {
          if (response.headers) builder.headers(response.headers);
          if (response.body) builder.jsonBody(response.body);
        })
        .executeTest(({ url }) => make(url));
      expect(read).toMatchObject(outcome);
    });
  };
}

/** A request as a state's parameters, in which `${name}` stands for what an earlier state gave. */
export function asParameters({ method, path, body }: ContractRequest): StateParameters {
  return { method, path: typeof path === "string" ? path : path.expression, ...(body && { body: withoutMatchers(body) }) };
}

function withoutMatchers(value: BodyValue): StateValue {
  if (typeof value !== "object") return value;
  if (isList(value)) return value.map(withoutMatchers);
  if (isFromState(value)) return value.expression;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutMatchers(member)]));
}

function isList(value: object): value is readonly BodyValue[] {
  return Array.isArray(value);
}

function isFromState(value: object): value is FromState<number> {
  return "pact:generator:type" in value;
}

/** A value that a state gives: the example here, the state's own when a provider is verified. */
interface FromState<Value> extends MatchersV3.Matcher<Value> {
  readonly "pact:generator:type": "ProviderState";
  readonly expression: string;
  readonly regex?: string;
}

/** A path that holds an id which a state gives. */
export function pathFrom(name: string, path: (id: string) => string, id: IdLike): FromState<string> {
  return {
    "pact:matcher:type": "regex",
    regex: `^${path(id.pattern)}$`,
    "pact:generator:type": "ProviderState",
    expression: path(`\${${name}}`),
    value: path(id.example),
  };
}

/** An id as it is in the example, and as a pattern for any. */
export interface IdLike {
  readonly example: string;
  readonly pattern: string;
}

/** Exactly the id that a state gives. */
export function idFrom(name: string, example: number): FromState<number> {
  return {
    "pact:matcher:type": "equality",
    "pact:generator:type": "ProviderState",
    expression: `\${${name}}`,
    value: example,
  };
}
