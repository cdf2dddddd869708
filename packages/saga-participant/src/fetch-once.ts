import { underOneTrace } from "./under-one-trace.ts";

/**
 * `fetch` on a new connection for each request, so that a request is sent at most once.
 *
 * Deno's fetch treats a failure on a pooled connection as a stale connection and sends the request again by itself, even a POST
 * that the server has received (denoland/deno#36415). At an unkeyed participant that is a second effect that the engine did not
 * decide. The whole process shares the pool, and a `Connection: close` header does not keep a request off it, so the calls to
 * participants use a client without a pool. Bun sends a GET on a pooled connection again, and takes `keepalive: false` to mean a connection
 * that is not in its pool; it is the standard's default, and changes nothing elsewhere. docs/runtimes.md has what each runtime was seen to do.
 */
export const fetchOnce: typeof fetch = makeFetchOnce();

/** The client is made at the first call, because Deno reads the variables of proxies then: a process may have deleted them before. */
export function makeFetchOnce(): typeof fetch {
  const runtime: unknown = Reflect.get(globalThis, "Deno");
  if (!hasHttpClient(runtime)) return (input, init) => fetch(input, { ...init, keepalive: false });
  let client: object | undefined;
  return underOneTrace((input, init) => {
    client ??= runtime.createHttpClient({ poolMaxIdlePerHost: 0, http2: false });
    return fetch(input, Object.assign({}, init, { client }));
  });
}

interface HttpClientRuntime {
  readonly createHttpClient: (options: { readonly poolMaxIdlePerHost: number; readonly http2: boolean }) => object;
}

function hasHttpClient(runtime: unknown): runtime is HttpClientRuntime {
  return typeof runtime === "object" && runtime !== null && "createHttpClient" in runtime;
}
