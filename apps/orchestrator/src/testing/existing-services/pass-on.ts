import type { HonoRequest } from "hono";

/** Sends a request on to a service, without its headers but the type of its body, and gives the reply's status and text. */
export async function passOn(request: HonoRequest, url: string): Promise<{ readonly status: number; readonly text: string }> {
  const body = await request.text();
  const headers = { "content-type": request.header("content-type") ?? "" };
  const reply = await fetch(url + request.path, { method: request.method, headers, ...(body !== "" && { body }) });
  return { status: reply.status, text: await reply.text() };
}

/** A reply with JSON as its text. */
export function jsonText({ status, text }: { readonly status: number; readonly text: string }): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
