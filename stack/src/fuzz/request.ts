import { Buffer } from "node:buffer";
import { SAGA_ID } from "./json-text.ts";

/** Which port a request is sent to. */
export type SurfaceName = "callers" | "operators";

/** Whose token a request shows; `wrong`: one that is not known; `expired`: one of an expired line; `malformed`: an Authorization that is no bearer token. */
export type Credential = "none" | "wrong" | "expired" | "malformed" | "start" | "another" | "signal" | "read" | "operate";

export interface RequestBody {
  readonly bytes: Uint8Array;
  /** `declared`: by its Content-Length; otherwise in chunks of so many bytes. */
  readonly framing: "declared" | number;
}

/** A request that HTTP can carry, whatever it says. */
export interface FuzzRequest {
  readonly surface: SurfaceName;
  readonly credential: Credential;
  readonly method: string;
  /** The path and the query. Like a body, it may have the place of a saga's id. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: RequestBody | undefined;
  /** Which of the sagas that exist takes the place of a saga's id. */
  readonly saga: number;
}

/** What is known only when a request is sent. */
export interface Sending {
  readonly host: string;
  readonly authorization: string | undefined;
  readonly sagaId: string;
}

/** The request with the id of its saga in the place of it. */
export function withSagaId(request: FuzzRequest, sagaId: string): FuzzRequest {
  const { target, body } = request;
  const text = body && Buffer.from(body.bytes).toString("latin1");
  return {
    ...request,
    target: target.replaceAll(SAGA_ID, sagaId),
    ...(body && text?.includes(SAGA_ID) && { body: { ...body, bytes: Buffer.from(text.replaceAll(SAGA_ID, sagaId), "latin1") } }),
  };
}

/** Its bytes, with the headers that its sender and its body need. */
export function bytesOf(request: FuzzRequest, { host, authorization }: Sending): Uint8Array {
  const { method, target, headers, body } = request;
  const hasHost = headers.some(([name]) => name === "host");
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(hasHost ? [] : [`host: ${host}`]),
    ...(authorization === undefined ? [] : [`authorization: ${authorization}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body ? [body.framing === "declared" ? `content-length: ${body.bytes.length}` : "transfer-encoding: chunked"] : []),
  ];
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (!body) return head;
  return Buffer.concat([head, body.framing === "declared" ? body.bytes : chunked(body.bytes, body.framing)]);
}

function chunked(bytes: Uint8Array, size: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
  }
  return Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]);
}

/** The command that sends it again. A token is its role's: the real one is gone with the stack. */
export function asCurl(request: FuzzRequest, { host, authorization }: Sending): string {
  const { method, target, headers, body, credential } = request;
  const token =
    authorization === undefined ? [] : [["authorization", authorization.replace(/saga_\S+/, `<token of ${credential}>`)]];
  const framed = body && body.framing !== "declared" ? [["transfer-encoding", "chunked"]] : [];
  const all = [...token, ...headers, ...framed];
  return [
    "curl -i --path-as-is",
    method === "HEAD" ? "-I" : `-X ${method}`,
    quote(`http://${host}${target}`),
    ...all.map(([name, value]) => `-H ${quote(value === "" ? `${name};` : `${name}: ${value}`)}`),
    ...(body ? [`--data-binary ${quote(Buffer.from(body.bytes).toString("latin1"))}`] : []),
  ].join(" ");
}

/** For bash, which reads bytes that are no visible ASCII from `$'…'`. */
function quote(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = [...text].map((each) => {
    const code = each.charCodeAt(0);
    if (each === "'" || each === "\\") return `\\${each}`;
    return code >= 0x20 && code < 0x7f ? each : `\\x${code.toString(16).padStart(2, "0")}`;
  });
  return `$'${escaped.join("")}'`;
}
