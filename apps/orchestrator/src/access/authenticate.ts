import { getLogger } from "@logtape/logtape";
import type { Authenticate } from "saga-http";
import { type AccessConfig, isAuthenticating } from "./access-variables.ts";
import { JsonWebTokens, keysAt } from "./json-web-tokens.ts";
import { TokenFile } from "./token-file.ts";

const ALGORITHMS_DEFAULT = ["ES256", "EdDSA", "RS256"];
/** A token is longer than this in no sane use; a header may be 16 kB. */
const TOKEN_LENGTH_MAX = 8_192;

/**
 * Authenticates bearer tokens (RFC 6750): those of the file, and JSON web tokens. Undefined where neither is configured: then everybody may do all.
 *
 * @throws when the file of tokens is missing or cannot be read.
 */
export function authenticateBy(config: AccessConfig): Authenticate | undefined {
  if (!isAuthenticating(config)) return undefined;
  const log = getLogger(["orchestrator", "access"]);
  const { AUTH_TOKENS_FILE: path } = config;
  const onProblem = (error: unknown) =>
    log.error("The file of tokens cannot be read, so what it had before counts: {error}", { error });
  const file = path === undefined ? undefined : new TokenFile(path, { now: Date.now, onProblem });
  const signed = jsonWebTokensOf(config);
  return async (headers) => {
    const header = headers.get("authorization");
    if (header === null) return { problem: "missing", detail: "The request has no Authorization." };
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(header)?.[1];
    if (token === undefined || token.length > TOKEN_LENGTH_MAX)
      return { problem: "invalid", detail: "Authorization must be: Bearer <token>." };
    if (signed && (isSigned(token) || !file)) return await signed.identityOf(token);
    return file?.identityOf(token) ?? { problem: "invalid", detail: "The token is not known here." };
  };
}

/** A token of the file has no dot. */
function isSigned(token: string): boolean {
  return token.includes(".");
}

function jsonWebTokensOf(config: AccessConfig): JsonWebTokens | undefined {
  const { AUTH_JWKS_URL: url, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_ALGORITHMS: named } = config;
  if (url === undefined || issuer === undefined || audience === undefined) return undefined;
  const algorithms = named.length === 0 ? ALGORITHMS_DEFAULT : named;
  const { AUTH_ROLES_CLAIM: rolesClaim, AUTH_TENANT_CLAIM: tenantClaim } = config;
  return new JsonWebTokens(keysAt(url), { issuer, audience, algorithms, rolesClaim, tenantClaim });
}
