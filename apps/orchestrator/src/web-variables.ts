import { flag, list, pathPrefix } from "service-kit";
import { hostPatternProblem, originProblem } from "web-guard";
import type { z } from "zod";

/** The variables about hosts, web pages and proxies. */
export const webVariables = {
  ALLOWED_HOSTS: list(hostPatternProblem, {
    description:
      "The host names that are served besides IP addresses and names without a dot, with commas between them: `api.example.com`, `*.example.com` or `*` for all. Any other gets 421.",
    example: "api.example.com,*.internal.example.com",
  }),
  ALLOWED_ORIGINS: list(originProblem, {
    description:
      "The origins of web pages on other hosts that may use the API, with commas between them. A page of any other origin changes nothing.",
    example: "https://shop.example.com,http://localhost:3000",
  }),
  PATH_PREFIX: pathPrefix({
    description:
      "The path under which a proxy shows the API, if it takes it off before it passes a request on. Links begin with it.",
    example: "/saga-api",
  }),
  CONSOLE_WRITES: flag(true, {
    description: "Whether the console may change sagas for people who may. If not, it only shows.",
    example: "false",
  }),
  TRUST_PROXY: flag(false, {
    description:
      "Whether all requests come from a proxy whose `X-Forwarded-Prefix` (instead of `PATH_PREFIX`) and `X-Forwarded-Proto` are true.",
    example: "true",
  }),
};

/** Which hosts and web pages are served, and the path before all links. */
export function webOptionsOf(config: Readonly<z.output<z.ZodObject<typeof webVariables>>>) {
  return {
    allowedHosts: config.ALLOWED_HOSTS,
    allowedOrigins: config.ALLOWED_ORIGINS,
    pathPrefix: config.PATH_PREFIX,
    trustProxy: config.TRUST_PROXY,
  };
}
