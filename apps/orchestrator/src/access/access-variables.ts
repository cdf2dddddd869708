import { flag, httpUrl, list, optionalInteger, optionalText, text } from "service-kit";
import type { z } from "zod";
import { isLoopback } from "../loopback.ts";

/** Signatures by a private key: a service that verifies by a shared secret could also sign by it. */
const ALGORITHMS: readonly string[] = ["ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

function algorithmProblem(entry: string): string | undefined {
  return ALGORITHMS.includes(entry) ? undefined : `must be one of ${ALGORITHMS.join(", ")}`;
}

/** Who may do what. */
export const accessVariables = {
  AUTH_TOKENS_FILE: optionalText({
    description:
      "The file with the hashes of bearer tokens, what each may do and for whom. It is read again when it changes. Unset: no such token counts.",
    example: "/etc/saga/tokens",
  }),
  AUTH_JWKS_URL: httpUrl(undefined, {
    description: "The URL of the keys (JWKS) by which JSON web tokens are verified. Unset: none counts.",
    example: "https://login.example.com/.well-known/jwks.json",
  }),
  AUTH_ISSUER: optionalText({
    description: "With `AUTH_JWKS_URL`: the issuer (`iss`) that a token must have.",
    example: "https://login.example.com/",
  }),
  AUTH_AUDIENCE: optionalText({
    description: "With `AUTH_JWKS_URL`: the audience (`aud`) that a token must have.",
    example: "saga-orchestrator",
  }),
  AUTH_ALGORITHMS: list(algorithmProblem, {
    description:
      "With `AUTH_JWKS_URL`: the algorithms that a signature may have, with commas between them. Empty: `ES256,EdDSA,RS256`.",
    example: "ES256",
  }),
  AUTH_ROLES_CLAIM: text("roles", {
    description:
      "With `AUTH_JWKS_URL`: the claim that has the roles, as a list or as words: `start`, `signal`, `read`, `operate`.",
    example: "permissions",
  }),
  AUTH_TENANT_CLAIM: text("tenant", {
    description: "With `AUTH_JWKS_URL`: the claim that has the tenant, if there is one.",
    example: "org_id",
  }),
  INSECURE: flag(false, {
    description:
      "Whether everybody who reaches the port may start, read, repair and pause. Without tokens it must be set unless `HOST` is a loopback address.",
    example: "true",
  }),
  OPERATOR_HOST: optionalText({
    description: "With `OPERATOR_PORT`: the address on which the routes of operators are served. Unset: `HOST`.",
    example: "127.0.0.1",
  }),
  OPERATOR_PORT: optionalInteger(
    { min: 0, max: 65_535 },
    {
      description:
        "The port on which the routes of operators are served, apart from those of callers; 0 takes a free one. Unset: all are served on `PORT`.",
      example: "5124",
    },
  ),
};

export type AccessConfig = Readonly<z.output<z.ZodObject<typeof accessVariables>>> & { readonly HOST: string };

/** Whether anybody is authenticated. */
export function isAuthenticating({ AUTH_TOKENS_FILE, AUTH_JWKS_URL }: AccessConfig): boolean {
  return AUTH_TOKENS_FILE !== undefined || AUTH_JWKS_URL !== undefined;
}

/** What is wrong with these variables together, by the name of one. */
export function accessProblems(config: AccessConfig): readonly (readonly [name: string, problem: string])[] {
  const { HOST, OPERATOR_HOST, OPERATOR_PORT, INSECURE, AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE } = config;
  const isOpen = !isAuthenticating(config) && !INSECURE;
  const [exposed] = [HOST, ...(OPERATOR_PORT === undefined || OPERATOR_HOST === undefined ? [] : [OPERATOR_HOST])].filter(
    (host) => !isLoopback(host),
  );
  const open = `must be "true" to let everybody who reaches ${exposed} start, read, repair and pause; better set AUTH_TOKENS_FILE or AUTH_JWKS_URL`;
  const needed = "must be set with AUTH_JWKS_URL: a token for another service would count here";
  return [
    ...(isOpen && exposed !== undefined ? [["INSECURE", open] as const] : []),
    ...(AUTH_JWKS_URL !== undefined && AUTH_ISSUER === undefined ? [["AUTH_ISSUER", needed] as const] : []),
    ...(AUTH_JWKS_URL !== undefined && AUTH_AUDIENCE === undefined ? [["AUTH_AUDIENCE", needed] as const] : []),
  ];
}
