import { describe, expect, it } from "vitest";
import { hashOfToken, newToken } from "./token.ts";
import { readTokenEntries } from "./token-entries.ts";

const hash = "a".repeat(64);

describe("the file of tokens", () => {
  it("has a hash, a subject and roles on a line, and a tenant and an expiry where there are some", () => {
    const text = `# people\n\nsha256:${hash} ada read,operate\r\nsha256:${hash} shop start tenant=acme expires=2027-01-31\n`;
    expect(readTokenEntries(text)).toEqual([
      { hash: Buffer.from(hash, "hex"), identity: { subject: "ada", roles: new Set(["read", "operate"]) }, expiresAt: Infinity },
      {
        hash: Buffer.from(hash, "hex"),
        identity: { subject: "shop", roles: new Set(["start"]), tenant: "acme" },
        expiresAt: Date.parse("2027-01-31"),
      },
    ]);
  });

  it.for<[string, string]>([
    ["sha256:abc ada read", "must begin with sha256:"],
    [`${newToken()} ada read`, "must begin with sha256:"],
    [`sha256:${hash}`, "has no subject"],
    [`sha256:${hash} ada`, "must name roles"],
    [`sha256:${hash} ada read,admin`, "must name roles"],
    [`sha256:${hash} ada read tennant=acme`, 'has "tennant=acme"'],
    [`sha256:${hash} ada read expires=soon`, 'has "expires=soon"'],
  ])("is refused with the line %s, whose number is named and whose secret is not", ([line, problem]) => {
    const read = () => readTokenEntries(`# one\n${line}`);
    expect(read).toThrow(`Line 2 ${problem}`);
    expect(read).not.toThrow(/saga_|aaaa/);
  });
});

describe("a token", () => {
  it("is another one each time, and is kept as its hash", () => {
    const [one, other] = [newToken(), newToken()];
    expect(one).toMatch(/^saga_[\w-]{43}$/);
    expect(hashOfToken(one).equals(hashOfToken(other))).toBe(false);
  });
});
