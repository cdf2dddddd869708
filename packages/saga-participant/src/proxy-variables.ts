/**
 * The variables from which Deno takes a proxy, at the first call on a connection of its own. A process that wants none deletes them before.
 * Calls on kept connections know no proxies.
 */
export const proxyVariables = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] as const;
