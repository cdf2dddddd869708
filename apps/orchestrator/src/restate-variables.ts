import { httpUrl, integer } from "service-kit";
import { z } from "zod";
import { isLoopback } from "./loopback.ts";

export const restateVariables = {
  RESTATE_INGRESS_URL: httpUrl("http://127.0.0.1:8080", {
    description: "With `ENGINE=restate`: the URL of Restate's ingress.",
    example: "http://restate:8080",
  }),
  RESTATE_ADMIN_URL: httpUrl("http://127.0.0.1:9070", {
    description: "With `ENGINE=restate`: the URL of Restate's admin API.",
    example: "http://restate:9070",
  }),
  RESTATE_ENDPOINT_PORT: integer(
    9_080,
    { min: 0, max: 65_535 },
    {
      description: "With `ENGINE=restate`: the port on which Restate calls this process; 0 takes a free one.",
      example: "9080",
    },
  ),
  RESTATE_ENDPOINT_URL: httpUrl(undefined, {
    description:
      "With `ENGINE=restate`: the URL at which Restate reaches that port; the same for all processes of one release, behind a balancer. Unset: this process alone, at `HOST`.",
    example: "http://orchestrators:9080",
  }),
  RESTATE_NAMESPACE: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,31}$/, "must be a letter and up to 31 letters, digits, - or _")
    .default("orders")
    .meta({
      description:
        "With `ENGINE=restate`: the prefix of this installation's service names. Two installations on one Restate need different ones.",
      example: "shop-orders",
    }),
  RESTATE_IDENTITY_KEY: z
    .string()
    .regex(/^publickeyv1_\w+$/, "must be a public key as Restate logs it at its start")
    .optional()
    .meta({
      description:
        "With `ENGINE=restate`: the public key of the Restate that may call this process. Unset: anyone who reaches the port may call it; so it must be set unless `HOST` is a loopback address.",
      example: "publickeyv1_2G8dCQhArfvGpzPw5Vx2ALciR4xCLHfS5YaT93XjNxX9",
    }),
};

/** Connections of Restate to the endpoint of this process: a few for each of its nodes. */
export const RESTATE_CONNECTIONS_MAX = 128;

/** What is wrong with an identity key that is not set; undefined where nothing is. */
export function identityKeyProblem({ ENGINE, HOST, RESTATE_IDENTITY_KEY }: EndpointVariables): string | undefined {
  if (ENGINE !== "restate" || RESTATE_IDENTITY_KEY !== undefined || isLoopback(HOST)) return undefined;
  return `must be set, because HOST is ${HOST}: anyone who reaches the endpoint could start, cancel and kill`;
}

interface EndpointVariables {
  readonly ENGINE: "embedded" | "restate";
  readonly HOST: string;
  readonly RESTATE_IDENTITY_KEY?: string | undefined;
}
