import { createHash, randomBytes } from "node:crypto";

/** Marks a token of this orchestrator, so that people and scanners of secrets know one when they see it. */
const PREFIX = "saga_";

/** Makes a token of 256 random bits. */
export function newToken(): string {
  return `${PREFIX}${randomBytes(32).toString("base64url")}`;
}

/** What is kept of a token. It has so many random bits that no salt and no slow hash are needed. */
export function hashOfToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
