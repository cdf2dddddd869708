import type { ApiDocument } from "./api-document.ts";

/** One request for an operation of the API, to be sent by hand. */
export interface SampleRequest {
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly method: string;
  /** The path, with variables like `{{saga_id}}`. */
  readonly path: string;
  /** The optional parameters. */
  readonly query: readonly Parameter[];
  readonly headers: readonly Parameter[];
  readonly body: string | undefined;
  /** The variable with a token whose role may send it; undefined where everybody may. */
  readonly token: TokenVariable | undefined;
  /** The statuses that the reply may have for the saga that the first request started. */
  readonly statuses: readonly number[];
}

export type TokenVariable = "start_token" | "signal_token" | "operator_token";

export interface Parameter {
  readonly name: string;
  readonly description: string;
}

/** What must go wrong with a request about the saga that the first request started, because it has ended by then and never waited. */
const refusals: readonly (readonly [RegExp, number])[] = [
  [/^\/sagas\/\{saga_id\}\/(cancel|retry|resolve|end-wait|acknowledge)$/, 409],
  [/\/signals\//, 404],
];

/** A request for every operation, in the order of the document; the first one starts a saga. */
export function sampleRequests(document: ApiDocument): readonly SampleRequest[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { operationId: id, summary, tags, parameters, responses } = operation;
      const parametersIn = (kind: "query" | "header") =>
        parameters.filter((parameter) => parameter.in === kind).map(({ name, description = "" }) => ({ name, description }));
      const [first = "200"] = Object.keys(responses);
      const refused = refusals.flatMap(([route, status]) => (route.test(path) ? [status] : []));
      return {
        id,
        summary,
        tag: tags[0],
        method: method.toUpperCase(),
        path: path.replaceAll(/\{(\w+)\}/g, "{{$1}}"),
        query: parametersIn("query"),
        headers: parametersIn("header"),
        body: bodyOf(document, operation),
        token: tokenOf(path),
        statuses: [Number(first), ...refused],
      };
    }),
  );
}

/** Operators read everything, so that one token is enough for all that they do. */
function tokenOf(path: string): TokenVariable | undefined {
  if (path.startsWith("/health")) return undefined;
  if (path.startsWith("/saga/")) return "start_token";
  // What a signal would be is for who repairs.
  const isSignal = path.includes("signals/") && !path.endsWith("/preview");
  return isSignal ? "signal_token" : "operator_token";
}

function bodyOf({ components }: ApiDocument, { requestBody }: ApiDocument["paths"][string][string]): string | undefined {
  const [media] = Object.values(requestBody?.content ?? {});
  const name = media?.schema.$ref?.split("/").at(-1);
  const { example } = (name === undefined ? media?.schema : components.schemas[name]) ?? {};
  if (example === undefined) return undefined;
  // The examples have an id of their own; the request is about the saga that was started.
  return JSON.stringify(example, null, 2).replaceAll(/"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, '"{{saga_id}}"');
}
