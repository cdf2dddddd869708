import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { type Identity, type NoIdentity, type Role, roles } from "saga-http";
import { hashOfToken } from "./token.ts";

export interface JsonWebTokenTerms {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly rolesClaim: string;
  readonly tenantClaim: string;
}

/** How far the clocks of the issuer and of this machine may differ. */
const CLOCK_TOLERANCE_S = 5;
/** A server of keys that does not answer must not hold requests for long. */
const KEYS_TIMEOUT_MS = 3_000;

/** The keys at a URL. They are kept, and fetched again when a token names another one. */
export function keysAt(url: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), { timeoutDuration: KEYS_TIMEOUT_MS });
}

/** A signature costs a part of a saga to verify (2.6 ms on a busy machine), so one that was good is not verified again for so long. */
const VERIFIED_MS = 60_000;
const VERIFIED_MAX = 1_000;

interface Verified {
  readonly identity: Identity | NoIdentity;
  /** In milliseconds since the epoch. */
  readonly until: number;
}

/** JSON web tokens that an issuer signed for this service. */
export class JsonWebTokens {
  readonly #keys: JWTVerifyGetKey;
  readonly #terms: JsonWebTokenTerms;
  readonly #now: () => number;
  /** By the hash of the token, the oldest first. */
  readonly #verified = new Map<string, Verified>();

  /** @param now milliseconds since the epoch. Default: by the clock of this machine, as the verification. */
  constructor(keys: JWTVerifyGetKey, terms: JsonWebTokenTerms, now = Date.now) {
    this.#keys = keys;
    this.#terms = terms;
    this.#now = now;
  }

  async identityOf(token: string): Promise<Identity | NoIdentity> {
    const key = hashOfToken(token).toString("base64");
    const known = this.#verified.get(key);
    const left = known ? known.until - this.#now() : 0;
    // More is left than there was only if the clock was put back.
    if (known && left > 0 && left <= VERIFIED_MS) return known.identity;
    this.#verified.delete(key);
    return await this.#verify(token, key);
  }

  async #verify(token: string, key: string): Promise<Identity | NoIdentity> {
    const { issuer, audience, algorithms } = this.#terms;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        requiredClaims: ["exp", "sub"],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#now()),
      });
      const identity = this.#identityIn(payload);
      this.#keep(key, { identity, until: Math.min(this.#now() + VERIFIED_MS, endOf(payload)) });
      return identity;
    } catch (error) {
      return refusalOf(error);
    }
  }

  #keep(key: string, verified: Verified): void {
    const [oldest] = this.#verified.keys();
    if (oldest !== undefined && this.#verified.size >= VERIFIED_MAX) this.#verified.delete(oldest);
    this.#verified.set(key, verified);
  }

  #identityIn(payload: JWTPayload): Identity | NoIdentity {
    const { sub: subject } = payload;
    const { rolesClaim, tenantClaim } = this.#terms;
    if (subject === undefined || !isName(subject)) return { problem: "invalid", detail: "The subject of the token is no name." };
    const tenant = payload[tenantClaim];
    if (tenant !== undefined && !isName(tenant)) return { problem: "invalid", detail: `Its claim ${tenantClaim} is no name.` };
    return { subject, roles: rolesIn(payload[rolesClaim]), ...(tenant !== undefined && { tenant }) };
  }
}

/** When a token expires, in milliseconds since the epoch. */
function endOf({ exp = 0 }: JWTPayload): number {
  return (exp + CLOCK_TOLERANCE_S) * 1_000;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= 200 && !/\p{Cc}|\p{Cs}/u.test(value);
}

/** Roles that are not known here say nothing. */
function rolesIn(claim: unknown): ReadonlySet<Role> {
  const named: readonly unknown[] = typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? claim : [];
  return new Set(roles.filter((role) => named.includes(role)));
}

/** What is wrong with a token, without anything of it. */
function refusalOf(error: unknown): NoIdentity {
  if (error instanceof errors.JWTExpired) return { problem: "invalid", detail: "The token has expired." };
  if (error instanceof errors.JWTClaimValidationFailed)
    return { problem: "invalid", detail: `The token is not for this service: its claim ${error.claim} is not as it must be.` };
  const isOurs = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError) || error.code === "ERR_JOSE_GENERIC";
  return isOurs
    ? { problem: "unknown", detail: "The keys by which tokens are verified cannot be had at present." }
    : { problem: "invalid", detail: "The token is not signed as it must be." };
}
