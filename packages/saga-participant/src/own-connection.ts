import ky from "ky";
import { fetchOnce } from "./fetch-once.ts";
import { type HttpClient, type HttpReply, NotSent, oversized, REPLY_BYTES_MAX, UselessReply } from "./http-client.ts";
import { messageOf } from "./message-of.ts";

const client = ky.create({
  // Only the engine decides whether to repeat a call.
  retry: 0,
  throwHttpErrors: false,
  redirect: "manual",
  // The attempt's signal also covers reading the body; ky's own timeout does not.
  timeout: false,
  fetch: fetchOnce,
  headers: { connection: "close" },
});

/** A new connection for each request: nothing that happened to a kept one puts a request in doubt. */
export const ownConnection: HttpClient = async ({ url, ...request }) => {
  try {
    const response = await client(url, request);
    return await readReply(response);
  } catch (error) {
    const cause = deepestCause(error);
    const reason = messageOf(cause);
    if (cause instanceof UselessReply) throw cause;
    throw isConnectFailure(cause, reason) ? new NotSent(withoutPreamble(reason)) : new Error(withoutPreamble(reason));
  }
};

async function readReply(response: Response): Promise<HttpReply> {
  return {
    status: response.status,
    text: await readText(response),
    header: (name) => response.headers.get(name) ?? undefined,
  };
}

async function readText({ body }: Response): Promise<string> {
  if (!body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > REPLY_BYTES_MAX) throw oversized();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Deno names the failure in the message, Node in a code. fetch itself refuses some low ports. */
function isConnectFailure(cause: unknown, reason: string): boolean {
  if (reason.includes("client error (Connect)") || /are blocked$|^bad port$/.test(reason)) return true;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN";
}

/** Removes the preamble of Deno's errors, which repeats the address. */
function withoutPreamble(reason: string): string {
  return reason.replace(/^error sending request .*?: client error \(\w+\): /, "");
}

function deepestCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? deepestCause(error.cause) : error;
}
