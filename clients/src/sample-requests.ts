import type { ApiDocument } from "./api-document.ts";

/** One request for an operation of the API, as people send it by hand. */
export interface SampleRequest {
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly method: string;
  /** With `{{saga_id}}` and the like where something is to be filled in. */
  readonly path: string;
  /** Optional parameters, by their names. */
  readonly query: readonly Parameter[];
  readonly headers: readonly Parameter[];
  readonly body: string | undefined;
  /** What it may be answered with, where the saga is the one that was started. */
  readonly statuses: readonly number[];
}

export interface Parameter {
  readonly name: string;
  readonly description: string;
}

/** The saga that the first request starts has ended by then: there is nothing to cancel, to retry or to resolve. */
const HAS_ENDED = 409;

/** A request for every operation, in the order of the document; the first one starts a saga. */
export function sampleRequests(document: ApiDocument): readonly SampleRequest[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { operationId: id, summary, tags, parameters, responses } = operation;
      const of = (kind: "query" | "header") =>
        parameters.filter((parameter) => parameter.in === kind).map(({ name, description = "" }) => ({ name, description }));
      const [first = "200"] = Object.keys(responses);
      const isOfOneSaga = /^\/sagas\/\{saga_id\}\/(cancel|retry|resolve)$/.test(path);
      return {
        id,
        summary,
        tag: tags[0],
        method: method.toUpperCase(),
        path: path.replaceAll(/\{(\w+)\}/g, "{{$1}}"),
        query: of("query"),
        headers: of("header"),
        body: bodyOf(document, operation),
        statuses: [Number(first), ...(isOfOneSaga ? [HAS_ENDED] : [])],
      };
    }),
  );
}

function bodyOf({ components }: ApiDocument, { requestBody }: ApiDocument["paths"][string][string]): string | undefined {
  const [media] = Object.values(requestBody?.content ?? {});
  const name = media?.schema.$ref?.split("/").at(-1);
  const { example } = (name === undefined ? media?.schema : components.schemas[name]) ?? {};
  if (example === undefined) return undefined;
  // Whatever saga an example names, the one that was started is meant.
  return JSON.stringify(example, null, 2).replaceAll(/"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, '"{{saga_id}}"');
}
