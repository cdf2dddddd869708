import type { RouteDocument } from "./document.ts";
import type { Reply } from "./reply.ts";

export interface MockRequest {
  readonly params: Readonly<Record<string, string>>;
  /** The JSON body; undefined for a route without a body. */
  readonly body: unknown;
}

/** A route of a mock: its description in the OpenAPI document, and its behaviour. `answer` is synchronous, and so atomic. */
export interface MockRoute {
  readonly document: RouteDocument;
  readonly answer: (request: MockRequest) => Reply;
  /** Whether its effect may be signalled. Default: false. */
  readonly signals?: boolean;
}

/** The name of a route in faults and in the ledger, as in the OpenAPI document: `DELETE /orders/{order_id}`. */
export function nameOf({ document }: MockRoute): string {
  return `${document.method.toUpperCase()} ${document.path}`;
}
