import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { JsonWebTokens, keysAt } from "./json-web-tokens.ts";

const terms = {
  issuer: "https://login.example.com/",
  audience: "sagas",
  algorithms: ["ES256"],
  rolesClaim: "roles",
  tenantClaim: "org",
};
const claims: JWTPayload = {
  iss: terms.issuer,
  aud: terms.audience,
  sub: "ada",
  roles: ["read", "operate", "dance"],
  org: "acme",
};

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

let tokens: JsonWebTokens;
let key: Key;
let otherKey: Key;
let publicKey: Uint8Array;
let publicKeyOfIssuer: Awaited<ReturnType<typeof generateKeyPair>>["publicKey"];

beforeAll(async () => {
  const [own, other] = [await generateKeyPair("ES256", { extractable: true }), await generateKeyPair("ES256")];
  key = own.privateKey;
  otherKey = other.privateKey;
  publicKeyOfIssuer = own.publicKey;
  const jwk = await exportJWK(own.publicKey);
  publicKey = new TextEncoder().encode(JSON.stringify(jwk));
  tokens = new JsonWebTokens(createLocalJWKSet({ keys: [{ ...jwk, alg: "ES256", kid: "one" }] }), terms);
});

function signed(payload: JWTPayload = claims, expires: string | null = "1h", by = key): Promise<string> {
  const token = new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid: "one" });
  return (expires === null ? token : token.setExpirationTime(expires)).sign(by);
}

const { sub: _sub, ...nobodys } = claims;

describe("a JSON web token", () => {
  it("gives the subject, the roles that are known here, and the tenant", async () => {
    const identity = { subject: "ada", roles: new Set(["read", "operate"]), tenant: "acme" };
    expect(await tokens.identityOf(await signed())).toEqual(identity);
    expect(await tokens.identityOf(await signed({ ...claims, roles: "operate read" }))).toEqual(identity);
    const { org: _org, roles: _roles, ...bare } = claims;
    expect(await tokens.identityOf(await signed(bare))).toEqual({ subject: "ada", roles: new Set() });
  });

  it("counts for nobody if it is signed by somebody else, not at all, or with a shared secret", async () => {
    const shared = new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "one" }).setExpirationTime("1h").sign(publicKey);
    const none = new UnsecuredJWT(claims).setExpirationTime("1h").encode();
    const [head = "", , signature = ""] = (await signed()).split(".");
    const forged = [
      head,
      Buffer.from(JSON.stringify({ ...claims, sub: "root", exp: 9_999_999_999 })).toString("base64url"),
      signature,
    ];
    for (const token of [await signed(claims, "1h", otherKey), none, await shared, forged.join("."), "a.b.c", "..", ""])
      expect([token.slice(0, 20), await tokens.identityOf(token)]).toEqual([
        token.slice(0, 20),
        { problem: "invalid", detail: "The token is not signed as it must be." },
      ]);
  });

  it.for<[string, JWTPayload, string | null, string]>([
    ["for another service", { ...claims, aud: "shop" }, "1h", "its claim aud is not as it must be"],
    ["of another issuer", { ...claims, iss: "https://evil.example.com/" }, "1h", "its claim iss is not as it must be"],
    ["that has expired", claims, "-10s", "has expired"],
    ["that never expires", claims, null, "its claim exp is not as it must be"],
    ["without a subject", nobodys, "1h", "its claim sub is not as it must be"],
    ["whose subject has a control character", { ...claims, sub: "ada\u001facme" }, "1h", "is no name"],
    ["whose tenant is no text", { ...claims, org: 7 }, "1h", "is no name"],
  ])("%s counts for nobody", async ([, payload, expires, detail]) => {
    expect(await tokens.identityOf(await signed(payload, expires))).toEqual({
      problem: "invalid",
      detail: expect.stringContaining(detail),
    });
  });

  it("is not known to count or not while the keys cannot be had", async () => {
    const unreachable = new JsonWebTokens(keysAt("http://127.0.0.1:1/keys"), terms);
    expect(await unreachable.identityOf(await signed())).toMatchObject({ problem: "unknown" });
  });
});

/** The keys of the issuer, and how often they were asked for. */
async function countingKeys() {
  const jwk = await exportJWK(publicKeyOfIssuer);
  const local = createLocalJWKSet({ keys: [{ ...jwk, alg: "ES256", kid: "one" }] });
  let asked = 0;
  const keys: JWTVerifyGetKey = (...of) => {
    asked += 1;
    return local(...of);
  };
  return { keys, asked: () => asked };
}

describe("a JSON web token that was verified", () => {
  it("is not verified again for a minute, but when it has expired, and other tokens are", async () => {
    let now = Date.now();
    const { keys, asked } = await countingKeys();
    const counted = new JsonWebTokens(keys, terms, () => now);
    const [token, soonOver, forged] = [await signed(), await signed(claims, "20s"), await signed(claims, "1h", otherKey)];
    const subjectOf = async (each: string) => {
      const identity = await counted.identityOf(each);
      return "subject" in identity ? identity.subject : identity.problem;
    };
    for (const each of [token, token, soonOver]) expect(await subjectOf(each)).toBe("ada");
    expect(asked()).toBe(2);
    for (const each of [forged, forged]) expect(await subjectOf(each)).toBe("invalid");
    expect(asked()).toBe(4);
    now += 26_000;
    expect([await subjectOf(token), await subjectOf(soonOver), asked()]).toEqual(["ada", "invalid", 5]);
    now += 40_000;
    expect([await subjectOf(token), asked()]).toEqual(["ada", 6]);
  });

  it("is one of a thousand at most", async () => {
    const { keys, asked } = await countingKeys();
    const counted = new JsonWebTokens(keys, terms);
    const all = await Promise.all(Array.from({ length: 1_001 }, (_, index) => signed({ ...claims, jti: String(index) })));
    for (const each of all) await counted.identityOf(each);
    const [first = "", ...others] = all;
    await counted.identityOf(others.at(-1) ?? "");
    expect(asked()).toBe(1_001);
    await counted.identityOf(first);
    expect(asked()).toBe(1_002);
  });
});
