import type { Context } from "hono";
import { basePath } from "hono/route";

export interface LinkOptions {
  /** The path under which a proxy shows this API, if it takes that path off before it passes a request on. Default: none. */
  readonly pathPrefix?: string;
  /** Whether every request comes from a proxy whose `X-Forwarded-Prefix` and `X-Forwarded-Proto` are true. Default: false. */
  readonly trustProxy?: boolean;
}

/** The addresses of this API, as its clients see them. */
export class Links {
  readonly #pathPrefix: string;
  readonly #trustProxy: boolean;

  constructor({ pathPrefix = "", trustProxy = false }: LinkOptions) {
    this.#pathPrefix = pathPrefix;
    this.#trustProxy = trustProxy;
  }

  /** The path before those of this API's routes: the proxy's prefix, and the path under which a host mounted the app. Empty at the root. */
  base(context: Context): string {
    const mountedAt = basePath(context);
    return `${this.#prefixOf(context)}${mountedAt === "/" ? "" : mountedAt}`;
  }

  /** The URL before the paths of this API's routes. */
  baseUrl(context: Context): string {
    const { protocol, host } = new URL(context.req.url);
    const isHttps = this.#trustProxy && context.req.header("x-forwarded-proto") === "https";
    return `${isHttps ? "https:" : protocol}//${host}${this.base(context)}`;
  }

  /** A malformed prefix is not used: a link that begins with `//` would lead to another host. */
  #prefixOf({ req }: Context): string {
    const forwarded = this.#trustProxy ? req.header("x-forwarded-prefix") : undefined;
    const isPath = forwarded !== undefined && /^(\/[\w.~%-]+)+\/?$/.test(forwarded);
    return isPath ? forwarded.replace(/\/$/, "") : this.#pathPrefix;
  }
}
