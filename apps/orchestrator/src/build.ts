/** The name and the version of this service. */
export const SERVICE = { name: "orchestrator", version: "0.1.0" } as const;

/** The runtime and its version: `deno 2.9.6`. */
export function runtimeOf(versions: Readonly<Record<string, string | undefined>>): string {
  for (const name of ["deno", "bun", "node"]) {
    const version = versions[name];
    if (version !== undefined) return `${name} ${version}`;
  }
  return "unknown";
}
