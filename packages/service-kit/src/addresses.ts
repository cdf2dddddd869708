import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { reachableHost } from "./reachable-host.ts";

/** The address of the service at a URL: `host:port`, also where the port is the one that its protocol has. */
export function addressOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** Gives the addresses of a host by its name. */
export type LookUp = (host: string) => Promise<readonly { readonly address: string }[]>;

const lookUpAll: LookUp = (host) => lookup(host, { all: true });

/**
 * The addresses that a process uses which listens on a host and a port, and connects there to see whether it still accepts anybody. A name
 * stands for its addresses too, because a socket is bound to one. The port 0 is a free one that nobody knows yet: then all ports of the host count.
 */
export async function ownAddresses(host: string, port: number, lookUp: LookUp = lookUpAll): Promise<readonly string[]> {
  const hosts = [host, reachableHost(host), ...(isIP(host) === 0 ? await addressesOf(host, lookUp) : [])];
  return [...new Set(hosts)].map(bracketed).map((each) => (port === 0 ? each : `${each}:${port}`));
}

/** None of a name that nobody knows: listening there says so. */
async function addressesOf(host: string, lookUp: LookUp): Promise<readonly string[]> {
  try {
    return (await lookUp(host)).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** Deno names an address of IPv6 in brackets, and without its zone. */
function bracketed(host: string): string {
  return host.includes(":") ? `[${host.replace(/%.*$/, "")}]` : host;
}
