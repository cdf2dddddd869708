import type { ApiRoute } from "./api-routes.ts";
import type { Credential } from "./request.ts";

/** The credentials that count. */
export const roles = ["start", "another", "signal", "read", "operate"] as const satisfies readonly Credential[];

/** Whether a role may use a route: this is what the docs promise, apart from the code that keeps it. */
export function mayUse(
  credential: Credential,
  { method, template, isOpen }: Pick<ApiRoute, "method" | "template" | "isOpen">,
): boolean {
  if (isOpen) return true;
  switch (credential) {
    case "none":
    case "wrong":
    case "expired":
    case "malformed":
      return false;
    case "start":
    case "another":
      return template.startsWith("/saga/") || /^\/sagas\/\{saga_id\}(\/events)?$/.test(template);
    case "signal":
      return template.includes("signals/");
    case "read":
      return method === "GET";
    case "operate":
      return method === "GET" || !(template.startsWith("/saga/") || template.includes("signals/"));
  }
}
