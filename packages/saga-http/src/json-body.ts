import type { HonoRequest } from "hono";
import { problem } from "./problem.ts";

export type JsonBody = { readonly value: unknown } | { readonly refusal: Response };

/** Reads a request's body as JSON, or says with a problem why it is none. */
export async function readJsonBody(request: HonoRequest): Promise<JsonBody> {
  const contentType = request.header("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)) {
    const detail = `The Content-Type is ${contentType ? `"${contentType}"` : "missing"}; it must be application/json.`;
    return { refusal: problem("unsupported-media-type", { detail }) };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await request.arrayBuffer());
    return { value: JSON.parse(text) };
  } catch (error) {
    const detail = `The body cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { refusal: problem("malformed-json", { detail }) };
  }
}
