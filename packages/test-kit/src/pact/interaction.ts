import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type MatchersV3, PactV4 } from "@pact-foundation/pact";
import { expect, it } from "vitest";

/** Where the pacts are written to: `contracts:check` and `contracts:update` set it. Without it the tests only test. */
const directory = process.env["PACTS_DIRECTORY"] ?? mkdtempSync(join(tmpdir(), "pacts-"));

/** A state that the provider must be in before the request, with its parameters. */
export type State = readonly [name: string, parameters: StateParameters];

type StateValue = string | number | boolean | StateParameters | StateValue[];

export interface StateParameters {
  [name: string]: StateValue;
}

/** A value in a request's body, or one that a state gives. */
type BodyValue = string | number | boolean | FromState<number> | FromState<string> | RequestBody | readonly BodyValue[];

interface RequestBody {
  readonly [name: string]: BodyValue;
}

export interface ContractRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string | FromState<string>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Record<string, string | FromState<string>>;
  readonly body?: RequestBody;
}

/** A status, or several of which each will do: `MatchersV3.matchStatus(201, [200, 201])`. */
export type ContractStatus = number | ReturnType<typeof MatchersV3.matchStatus>;

export interface Interaction {
  /** The client's method, and which of the replies that the client distinguishes. The pact records both. */
  readonly call: string;
  readonly reply: string;
  /** The states, in this order. In a parameter, `${name}` stands for a value that an earlier state gave. */
  readonly given: readonly State[];
  readonly request: ContractRequest;
  readonly response: { readonly status: ContractStatus; readonly headers?: MatchersV3.TemplateHeaders; readonly body?: unknown };
  /** Makes the call with the real client. */
  readonly make: (url: string) => Promise<object>;
  /** The outcome that the client reads from the reply. Members that are missing here may have any value. */
  readonly outcome: object;
}

export type Pact = (description: string, interaction: Interaction) => void;

/** A pact between a consumer and a provider: each interaction is a test, and is written to the pact when it passes. */
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
          if (request.query) builder.query({ ...request.query });
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

/** A request as the parameters of a state, in which `${name}` stands for a value that an earlier state gave. */
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

function isFromState(value: object): value is FromState<number> | FromState<string> {
  return "pact:generator:type" in value;
}

/** A value that a state gives when a provider is verified. The consumer's test uses the example. */
interface FromState<Value> extends MatchersV3.Matcher<Value> {
  readonly "pact:generator:type": "ProviderState";
  readonly expression: string;
  readonly regex?: string;
}

/** A path with an id that a state gives. */
export function pathFrom(name: string, path: (id: string) => string, id: IdLike): FromState<string> {
  return {
    "pact:matcher:type": "regex",
    regex: `^${path(id.pattern)}$`,
    "pact:generator:type": "ProviderState",
    expression: path(`\${${name}}`),
    value: path(id.example),
  };
}

/** An example of an id, and a pattern for all of them. */
export interface IdLike {
  readonly example: string;
  readonly pattern: string;
}

/** In a parameter of a state: a value that an earlier state gave. */
export function parameterFrom(name: string): string {
  return `\${${name}}`;
}

/** What a state gives, such as an id, exactly. */
export function valueFrom<Value extends number | string>(name: string, example: Value): FromState<Value> {
  return {
    "pact:matcher:type": "equality",
    "pact:generator:type": "ProviderState",
    expression: `\${${name}}`,
    value: example,
  };
}
