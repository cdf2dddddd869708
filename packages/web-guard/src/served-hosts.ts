/**
 * Tells the hosts that are served: IP addresses, names without a dot (`localhost`, a container's name), and those that match an entry of
 * `allowed`. Nobody can make another name of theirs point to this machine (DNS rebinding) and then be served under it: an address belongs
 * to no name, and a name without a dot to no domain.
 *
 * @param allowed host names, `*.suffix` for every name below a domain, or `*` for every host.
 * @returns a function that takes a `Host` header, with its port if it has one.
 */
export function servedHosts(allowed: readonly string[]): (host: string) => boolean {
  const patterns = allowed.map((pattern) => pattern.toLowerCase());
  return (host) => {
    if (patterns.includes("*")) return true;
    const name = nameIn(host);
    if (name === undefined) return false;
    return isAddress(name) || !name.includes(".") || patterns.some((pattern) => matches(name, pattern));
  };
}

/** What is wrong with an entry of a list of allowed hosts, as the end of a sentence; undefined when nothing is. */
export function hostPatternProblem(pattern: string): string | undefined {
  const name = pattern.startsWith("*.") ? pattern.slice(2) : pattern;
  const isPattern = pattern === "*" || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(name);
  return isPattern ? undefined : 'must be a host name without a port, "*.suffix" or "*"';
}

/** The name or address of a `Host` header, without the port and the final dot, in lower case; undefined where it is malformed. */
function nameIn(host: string): string | undefined {
  const [, name] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  return name?.toLowerCase().replace(/\.$/, "") || undefined;
}

function isAddress(name: string): boolean {
  if (name.startsWith("[")) return URL.canParse(`http://${name}`);
  const parts = name.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function matches(name: string, pattern: string): boolean {
  return pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : name === pattern;
}
