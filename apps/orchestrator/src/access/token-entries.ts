import { type Identity, type Role, roles } from "saga-http";

/** One token that counts. */
export interface TokenEntry {
  readonly hash: Buffer;
  readonly identity: Identity;
  /** In milliseconds since the epoch; Infinity: it does not expire. */
  readonly expiresAt: number;
}

/** A line of the file cannot be read. */
export class TokenFileError extends Error {
  override readonly name = "TokenFileError";
}

const EXAMPLE = "sha256:<64 hex digits> ada read,operate tenant=acme expires=2027-01-31";

/**
 * Reads the lines of a token file: a hash, a subject, its roles, and, where there are some, a tenant and a day of expiry. Empty lines and those that begin with
 * `#` say nothing.
 *
 * @throws TokenFileError that names the line and not its hash.
 */
export function readTokenEntries(text: string): readonly TokenEntry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const words = line.trim().split(/\s+/);
    return words[0] === "" || words[0]?.startsWith("#") ? [] : [readEntry(words, index + 1)];
  });
}

function readEntry([hash = "", subject = "", roleNames = "", ...terms]: readonly string[], line: number): TokenEntry {
  const fail = (what: string): never => {
    throw new TokenFileError(`Line ${line} ${what}. Example: ${EXAMPLE}`);
  };
  const digits =
    /^sha256:([0-9a-f]{64})$/.exec(hash)?.[1] ?? fail("must begin with sha256: and the 64 hex digits of a token's hash");
  if (!/^[\x21-\x7e]{1,200}$/.test(subject)) fail("has no subject of 1 to 200 printable characters");
  const named = roleNames.split(",");
  const known = roles.filter((role) => named.includes(role));
  if (known.length === 0 || known.length < named.length) fail(`must name roles: ${roles.join(", ")}`);
  let tenant: string | undefined;
  let expiresAt = Infinity;
  for (const term of terms) {
    const [name, value = ""] = [term.slice(0, term.indexOf("=")), term.slice(term.indexOf("=") + 1)];
    if (name === "tenant" && /^[\x21-\x7e]{1,200}$/.test(value)) tenant = value;
    else if (name === "expires" && !Number.isNaN(Date.parse(value))) expiresAt = Date.parse(value);
    else fail(`has ${JSON.stringify(term)}, which is neither a tenant nor a day of expiry`);
  }
  const identity = { subject, roles: new Set<Role>(known), ...(tenant !== undefined && { tenant }) };
  return { hash: Buffer.from(digits, "hex"), identity, expiresAt };
}
