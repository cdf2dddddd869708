import type { Authenticate, Identity, Role } from "saga-http";

/** The cookie that holds the id of a session, and nothing of its token. */
export const SESSION_COOKIE = "saga_console";
/** The header that the console sends with each request. A page of another origin cannot send it without being asked first (CORS). */
export const CONSOLE_HEADER = "x-saga-console";

const IDLE_MS_MAX = 12 * 3_600_000;
const SESSIONS_MAX = 1_000;

export interface SessionsOptions {
  /** Finds out who sends a request, by its bearer token. */
  readonly authenticate: Authenticate;
  /** Whether nobody may change anything through the console, whatever his token allows. Default: false. */
  readonly isReadOnly?: boolean;
  /** The present instant in epoch milliseconds. */
  readonly now: () => number;
}

interface Session {
  readonly authorization: string;
  usedAt: number;
}

/**
 * The sessions of the console. Each stands for a token that a person entered, which is checked again at each request: a token that no longer
 * counts ends what its sessions may. They live in this process: after its restart, people sign in again.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Authenticates as the host does, and besides by the cookie of a session: give it to `sagaApp`. */
  readonly authenticate: Authenticate = async (headers) => {
    const { authenticate } = this.#options;
    if (headers.has("authorization") || !headers.has(CONSOLE_HEADER)) return await authenticate(headers);
    const session = this.#find(cookieOf(headers));
    if (!session) return await authenticate(headers);
    const found = await authenticate(new Headers({ authorization: session.authorization }));
    return "problem" in found ? found : this.#asInConsole(found);
  };

  /** Begins a session for a token, and returns its id, or why there is none. */
  async begin(token: string): Promise<{ readonly id: string; readonly identity: Identity } | { readonly detail: string }> {
    const authorization = `Bearer ${token}`;
    const found = await this.#options.authenticate(new Headers({ authorization }));
    if ("problem" in found) return { detail: found.detail };
    const id = newId();
    this.#forgetOld();
    this.#sessions.set(id, { authorization, usedAt: this.#options.now() });
    return { id, identity: this.#asInConsole(found) };
  }

  /** Ends the session of a request, if it has one. */
  end(headers: Headers): void {
    const id = cookieOf(headers);
    if (id !== undefined) this.#sessions.delete(id);
  }

  #find(id: string | undefined): Session | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (id === undefined || !session) return undefined;
    const now = this.#options.now();
    if (now - session.usedAt > IDLE_MS_MAX) {
      this.#sessions.delete(id);
      return undefined;
    }
    session.usedAt = now;
    return session;
  }

  /** The oldest sign-ins go first: a map keeps the order of its entries. */
  #forgetOld(): void {
    const now = this.#options.now();
    for (const [id, { usedAt }] of this.#sessions) if (now - usedAt > IDLE_MS_MAX) this.#sessions.delete(id);
    for (const id of this.#sessions.keys()) {
      if (this.#sessions.size < SESSIONS_MAX) return;
      this.#sessions.delete(id);
    }
  }

  #asInConsole(identity: Identity): Identity {
    if (this.#options.isReadOnly !== true) return identity;
    const kept: readonly Role[] = [...identity.roles].map((role) => (role === "operate" ? "read" : role));
    return { ...identity, roles: new Set(kept.filter((role) => role === "read")) };
  }
}

function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function cookieOf(headers: Headers): string | undefined {
  return new RegExp(`(?:^|; *)${SESSION_COOKIE}=([0-9a-f]{64})(?:;|$)`).exec(headers.get("cookie") ?? "")?.[1];
}
