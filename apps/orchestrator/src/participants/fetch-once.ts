/**
 * `fetch` on a connection of its own, so that a request is sent at most once.
 *
 * Deno's fetch takes a failure on a pooled connection for a stale connection and sends the request again by itself, also a POST
 * that the server had received (denoland/deno#36415): a second effect at an unkeyed participant that nobody decided on. The
 * pool is shared by the whole process and a `Connection: close` header does not keep a request off it, so the calls to
 * participants get a client without a pool. Other runtimes do not send again what a server may have received.
 */
export const fetchOnce: typeof fetch = makeFetchOnce();

function makeFetchOnce(): typeof fetch {
  const runtime: unknown = Reflect.get(globalThis, "Deno");
  if (!hasHttpClient(runtime)) return fetch;
  const client = runtime.createHttpClient({ poolMaxIdlePerHost: 0, http2: false });
  return (input, init) => fetch(input, Object.assign({}, init, { client }));
}

interface HttpClientRuntime {
  readonly createHttpClient: (options: { readonly poolMaxIdlePerHost: number; readonly http2: boolean }) => object;
}

function hasHttpClient(runtime: unknown): runtime is HttpClientRuntime {
  return typeof runtime === "object" && runtime !== null && "createHttpClient" in runtime;
}
