/** What a browser says about where a request comes from. */
export interface RequestSource {
  readonly method: string;
  /** The `Host` header. */
  readonly host: string;
  /** The `Origin` header. Browsers send it with every request that is no GET or HEAD. */
  readonly origin: string | undefined;
  /** The `Sec-Fetch-Site` header. */
  readonly fetchSite: string | undefined;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request that changes something comes from a page of another site. A request that no browser sent has neither header and comes
 * from none. The scheme does not count: before a service that itself speaks HTTP, a proxy may speak HTTPS.
 *
 * @param allowedOrigins further origins that may change something, like `https://shop.example.com`.
 */
export function isFromAnotherSite(
  { method, host, origin, fetchSite }: RequestSource,
  allowedOrigins: readonly string[] = [],
): boolean {
  if (SAFE_METHODS.has(method)) return false;
  if (origin === undefined) return fetchSite === "cross-site";
  return !allowedOrigins.includes(origin) && !isOriginOf(origin, host);
}

/** What is wrong with an entry of a list of allowed origins, as the end of a sentence; undefined when nothing is. */
export function originProblem(origin: string): string | undefined {
  const isOrigin = /^https?:\/\//.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
  return isOrigin
    ? undefined
    : "must be an origin as browsers send it: scheme and host in lower case, and a port only if it is not the default";
}

function isOriginOf(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === originHost;
}
