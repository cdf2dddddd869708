/**
 * What an identity may do. `start`: start sagas, and read its own. `signal`: send signals. `read`: read everything. `operate`: repair, pause and
 * acknowledge; it includes `read`.
 */
export type Role = "start" | "signal" | "read" | "operate";

export const roles: readonly Role[] = ["start", "signal", "read", "operate"];

/** Who sends a request. */
export interface Identity {
  /** Who acts, as histories and the log name it. Keys and sagas are its own. Rotating its credentials changes nothing. */
  readonly subject: string;
  readonly roles: ReadonlySet<Role>;
  /** The tenant for which it acts. Default: none. */
  readonly tenant?: string;
}

/** Why a request has no identity: it shows none (`missing`), one that does not count (`invalid`), or nobody can say at present (`unknown`). */
export interface NoIdentity {
  readonly problem: "missing" | "invalid" | "unknown";
  /** For people; nothing of a secret. */
  readonly detail: string;
}

/** Finds out who sends a request, from its headers alone. */
export type Authenticate = (headers: Headers) => Promise<Identity | NoIdentity>;

/** Whether an identity may use what needs a role. */
export function hasRole({ roles: own }: Identity, role: Role): boolean {
  return own.has(role) || (role === "read" && own.has("operate"));
}
