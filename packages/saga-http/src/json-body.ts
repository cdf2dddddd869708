import type { HonoRequest } from "hono";
import { type FoundInexactNumber, findInexactNumbers, parseExactJson, pointer } from "saga-core";
import { type InvalidMember, invalidRequest, problem } from "./problems/problem.ts";

export type JsonBody = { readonly value: unknown } | { readonly refusal: Response };

/**
 * Reads a request's body as JSON, or says with a problem why it is none. A number that would become another one is refused at any depth:
 * otherwise a saga would run with a number that nobody sent.
 */
export async function readJsonBody(request: HonoRequest): Promise<JsonBody> {
  const contentType = request.header("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)) {
    const detail = `The Content-Type is ${contentType ? `"${contentType}"` : "missing"}; it must be application/json.`;
    return { refusal: problem("unsupported-media-type", { detail }) };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await request.arrayBuffer());
    const value = parseExactJson(text);
    const inexact = findInexactNumbers(value);
    if (inexact.length > 0) return { refusal: invalidRequest(inexact.map(inexactMember)) };
    return { value };
  } catch (error) {
    const detail = `The body cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { refusal: problem("malformed-json", { detail }) };
  }
}

function inexactMember({ path, source }: FoundInexactNumber): InvalidMember {
  const example = source.length > 40 ? `${source.slice(0, 40)}…` : source;
  const detail = `must be a number that stays the same when it is parsed and written again; ${example} would become ${Number(source)}`;
  return { pointer: pointer({ message: "", path }), detail };
}
