import type { Context } from "hono";
import { OperationRefused, type Refusal, type Saga } from "saga-core";
import { ProblemError } from "../problems/problem.ts";
import { type GivenNote, type OperatorNote, operatorNoteOf } from "../wire/operator-note.ts";
import { type Authenticate, hasRole, type Identity, type NoIdentity, type Role } from "./identity.ts";
import { RefusalNotes } from "./refusal-notes.ts";

/**
 * Who may use a route. `open`: everybody. `own`: who may read, and who may start, for its own sagas. Otherwise who has the role.
 */
export type RouteAccess = "open" | "own" | Role;

/** A request that was refused because of who sent it or what it asked of a saga, for the log. */
export interface AccessRefused {
  /** The type of its problem. */
  readonly problem: "unauthenticated" | "identity-unavailable" | "not-permitted" | "operation-refused";
  readonly method: string;
  /** It names the saga, where the request is about one. */
  readonly path: string;
  /** Absent: the request has no identity. */
  readonly subject?: string;
  readonly detail: string;
}

/** Who sent a request, and what of it that decides. */
export interface Caller {
  /** Absent where the host authenticates nobody, and on routes that are open. */
  readonly identity?: Identity;
  /** Whether its credentials still give it what they gave: a stream may outlive them. */
  readonly isStillAllowed?: () => Promise<boolean>;
}

/** What is asked of one saga. */
export interface Asked {
  readonly sagaId: string;
  readonly operation: Refusal["operation"];
}

export interface AccessOptions {
  /** Absent: everybody may use all. */
  readonly authenticate?: Authenticate | undefined;
  /** Called with each refusal, for the log. */
  readonly onRefused?: ((refused: AccessRefused) => void) | undefined;
  /** Puts into a saga's history what somebody was refused. */
  readonly noteRefusal: (sagaId: string, refusal: Refusal) => Promise<void>;
}

/** Decides who may use a route. Without `authenticate` everybody may use all. */
export class Access {
  readonly #authenticate: Authenticate | undefined;
  readonly #onRefused: (refused: AccessRefused) => void;
  readonly #notes: RefusalNotes;

  constructor({ authenticate, onRefused = () => undefined, noteRefusal }: AccessOptions) {
    this.#authenticate = authenticate;
    this.#onRefused = onRefused;
    this.#notes = new RefusalNotes(noteRefusal);
  }

  /** Whether anybody is authenticated. */
  get isOn(): boolean {
    return this.#authenticate !== undefined;
  }

  /**
   * @param asked what the request asks of sagas. Default: nothing.
   * @throws ProblemError if the sender of the request may not use the route.
   */
  async callerOf({ req }: Context, access: RouteAccess, asked: readonly Asked[] = []): Promise<Caller> {
    const authenticate = this.#authenticate;
    if (!authenticate || access === "open") return {};
    const { method, path } = req;
    const identify = (): Promise<Identity | NoIdentity> => authenticate(req.raw.headers);
    const found = await identify();
    if ("problem" in found) {
      const problem = found.problem === "unknown" ? "identity-unavailable" : "unauthenticated";
      this.report({ problem, method, path, detail: found.detail });
      if (found.problem === "unknown") throw new ProblemError("identity-unavailable", { detail: found.detail });
      const challenge = found.problem === "missing" ? "Bearer" : 'Bearer error="invalid_token"';
      throw new ProblemError("unauthenticated", { detail: found.detail, headers: { "www-authenticate": challenge } });
    }
    const needed = access === "own" ? (["read", "start"] as const) : ([access] as const);
    if (needed.some((role) => hasRole(found, role))) {
      return { identity: found, isStillAllowed: async () => isSame(found, await identify()) };
    }
    const detail = `This needs the role ${needed.join(" or ")}, and ${found.subject} has ${[...found.roles].join(", ") || "none"}.`;
    this.report({ problem: "not-permitted", method, path, subject: found.subject, detail });
    this.#note(asked, found, "not-permitted");
    throw new ProblemError("not-permitted", { detail });
  }

  /** Tells the host of a refusal. */
  report(refused: AccessRefused): void {
    this.#onRefused(refused);
  }

  /** Tells the host of an operation that was refused, and puts it on record with the sagas that do not allow it. */
  reportOperation({ req: { method, path } }: Context, { identity }: Caller, asked: readonly Asked[], detail: string): void {
    this.report({ problem: "operation-refused", method, path, ...(identity && { subject: identity.subject }), detail });
    if (identity) this.#note(asked, identity, "not-allowed");
  }

  /** The refusal waits for none of it. What cannot be recorded, or is on record, is in the host's log. */
  #note(asked: readonly Asked[], { subject: by }: Identity, because: Refusal["because"]): void {
    void this.#notes.note(asked.map(({ sagaId, operation }) => ({ sagaId, refusal: { operation, because, by } })));
  }
}

/** Whether an identity has lost nothing. It keeps all while the keys cannot be had that would tell. */
function isSame(before: Identity, now: Identity | NoIdentity): boolean {
  if ("problem" in now) return now.problem === "unknown";
  const hasAll = [...before.roles].every((role) => now.roles.has(role));
  return hasAll && now.subject === before.subject && now.tenant === before.tenant;
}

/** Whether a saga does not allow what was asked of it. */
export function isNotAllowed(error: unknown): error is OperationRefused {
  return error instanceof OperationRefused && error.refusal === "not-allowed";
}

/** Whether the caller may read a saga on a route that is open to owners. */
export function mayRead({ identity }: Caller, { owner }: Pick<Saga, "owner">): boolean {
  return identity === undefined || hasRole(identity, "read") || owner === identity.subject;
}

/** Whether the caller reads all sagas, and all of each; otherwise it reads its own, as their starter. */
export function readsAll({ identity }: Caller): boolean {
  return identity === undefined || hasRole(identity, "read");
}

/** Who acts, and why. The name that a body gives counts only where nobody is authenticated. */
export function noteOf({ identity }: Caller, { by, note }: GivenNote): OperatorNote {
  return operatorNoteOf({ by: identity?.subject ?? by, note });
}
