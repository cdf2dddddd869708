import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { CheapParticipants } from "./cheap-participants.ts";
import { Child } from "./child.ts";
import { load } from "./load.ts";
import { median, round, spread, table } from "./numbers.ts";
import { orders } from "./participants.ts";
import { evenTerms } from "./throughput.ts";
import { hasWrk, loadWithWrk } from "./wrk.ts";

export interface AuthenticationOptions {
  readonly directory: string;
  readonly cheap: CheapParticipants;
  /** How often they take turns. */
  readonly turns: number;
  /** How long each order of callers lasts in a turn, in milliseconds. */
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

const CALLERS: readonly number[] = [16, 64];
const WARM_UP_MS = 6_000;
const WARM_UP_CALLERS = 64;
/** So many tokens count in the file, as in a company with some services. */
const TOKENS = 50;

interface Kind {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Measures what it costs to find out who sends each order: without authentication, with a token of a file, and with a JSON web token. The processes
 * are new in each turn, because two with the same code differ by a tenth.
 */
export async function measureAuthentication(options: AuthenticationOptions): Promise<string> {
  const issuer = await Issuer.start();
  try {
    const kinds = [{ name: "nobody", variables: {}, headers: {} }, tokenOf(options.directory), issuer.kind];
    const measured = new Map<string, number[]>();
    for (let turn = 1; turn <= options.turns; turn += 1) {
      options.onProgress(`turn ${turn} of ${options.turns}`);
      await takeTurn(rotated(kinds, turn), measured, options);
    }
    const rows = CALLERS.flatMap((callers) => kinds.map(({ name }) => rowOf(name, callers, measured)));
    return table(["authenticated by", "callers", "sagas/s", "to nobody"], rows);
  } finally {
    await issuer.stop();
  }
}

/** Each kind comes first, second and last in its turn. */
function rotated(kinds: readonly Kind[], turn: number): readonly Kind[] {
  const first = turn % kinds.length;
  return [...kinds.slice(first), ...kinds.slice(0, first)];
}

async function takeTurn(
  kinds: readonly Kind[],
  measured: Map<string, number[]>,
  { directory, cheap, ms }: AuthenticationOptions,
): Promise<void> {
  const running: { readonly kind: Kind; readonly child: Child }[] = [];
  const place = async (at: number, callers: number, forMs: number) => {
    const { kind, child } = running[at] ?? {};
    if (!kind || !child) throw new Error("It is not running.");
    const order = { callers, ms: forMs, headers: kind.headers, ...orders.succeeding };
    const { sagas, seconds } = hasWrk ? await loadWithWrk(child.url, directory, order) : await load(child.url, order);
    return { name: kind.name, perSecond: sagas / seconds };
  };
  try {
    for (const kind of kinds) {
      const path = join(directory, `authentication-${kind.name.replaceAll(" ", "-")}.sqlite`);
      const variables = { LOG_LEVEL: "error", ...cheap.variables, ...evenTerms, ...kind.variables, JOURNAL_PATH: path };
      running.push({ kind, child: await Child.orchestrator(variables) });
    }
    for (const at of kinds.keys()) await place(at, WARM_UP_CALLERS, Math.max(ms, WARM_UP_MS / kinds.length));
    for (const callers of CALLERS) {
      for (const at of kinds.keys()) {
        const { name, perSecond } = await place(at, callers, ms);
        const key = `${name} ${callers}`;
        measured.set(key, [...(measured.get(key) ?? []), perSecond]);
      }
    }
  } finally {
    await Promise.all(running.map(({ child }) => child.stop()));
  }
}

function rowOf(name: string, callers: number, measured: ReadonlyMap<string, readonly number[]>): readonly string[] {
  const own = measured.get(`${name} ${callers}`) ?? [];
  const open = measured.get(`nobody ${callers}`) ?? [];
  const ratios = own.map((perSecond, turn) => perSecond / (open[turn] ?? Number.NaN));
  const [low, high] = spread(ratios);
  const ratio = name === "nobody" ? "" : `${round(median(ratios), 2)} (${round(low, 2)} to ${round(high, 2)})`;
  return [name, String(callers), round(median(own)), ratio];
}

function bearer(token: string): Kind["headers"] {
  return { authorization: `Bearer ${token}` };
}

/** A token of a file with others. */
function tokenOf(directory: string): Kind {
  const tokens = Array.from({ length: TOKENS }, () => `saga_${randomBytes(32).toString("base64url")}`);
  const lines = tokens.map(
    (token, index) => `sha256:${createHash("sha256").update(token).digest("hex")} service-${index} start\n`,
  );
  const path = join(directory, "tokens");
  writeFileSync(path, lines.join(""));
  return { name: "a token of a file", variables: { AUTH_TOKENS_FILE: path }, headers: bearer(tokens.at(-1) ?? "") };
}

/** Signs one token, and serves the key by which it is verified. */
class Issuer {
  readonly kind: Kind;
  readonly stop: () => Promise<void>;

  private constructor(kind: Kind, stop: () => Promise<void>) {
    this.kind = kind;
    this.stop = stop;
  }

  static async start(): Promise<Issuer> {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = { ...publicKey.export({ format: "jwk" }), kid: "one", alg: "ES256" };
    const server = createServer((_incoming, outgoing) => {
      outgoing.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys: [key] }));
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const exp = Math.floor(Date.now() / 1_000) + 86_400;
    const said = `${encode({ alg: "ES256", kid: "one" })}.${encode({ iss: url, aud: "sagas", sub: "shop", roles: ["start"], exp })}`;
    const signature = sign("sha256", Buffer.from(said), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
    const variables = { AUTH_JWKS_URL: url, AUTH_ISSUER: url, AUTH_AUDIENCE: "sagas" };
    const closed = async () => {
      const closing = Promise.withResolvers<void>();
      server.close(() => closing.resolve());
      server.closeAllConnections();
      await closing.promise;
    };
    return new Issuer({ name: "a JSON web token", variables, headers: bearer(`${said}.${signature}`) }, closed);
  }
}
